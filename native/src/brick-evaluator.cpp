#include "brick-evaluator.h"

#include "bits.h"

namespace maquette {

float BrickSamples::at(int row, int k) const {
  const std::uint32_t before = known[row] & ((1u << k) - 1);
  return values[first[row] + countBits(before)];
}

BrickSamples merge(const BrickSamples& a, const BrickSamples& b) {
  BrickSamples all{{}, {}, Buffer<float>(a.values.size() + b.values.size())};
  std::size_t total = 0;
  for (int row = 0; row < kBrickRows; ++row) {
    all.known[row] = a.known[row] | b.known[row];
    all.first[row] = static_cast<std::uint16_t>(total);
    for (std::uint32_t bits = all.known[row]; bits != 0; bits &= bits - 1) {
      const int k = static_cast<int>(lowestBit(bits));
      all.values[total++] = a.known[row] >> k & 1 ? a.at(row, k) : b.at(row, k);
    }
  }
  return all;
}

BrickEvaluator::BrickEvaluator(const Lattice& lattice, const PackedField& field,
                               const LatticeTexels& texels)
    : lattice_(lattice),
      field_(field),
      texels_(texels),
      n_(field.stride),
      decoder_(field, kBatch),
      tables_(3 * kBrickRows * field.stride) {}

void BrickEvaluator::tabulate(const Index3& brick, const BrickBits& wanted) {
  const auto sample = [&](int plane, int column, int row, const float* base, float* out) {
    field_.simd->sample(field_.plane(plane), field_.rowStride(), n_, texels_.as_column[column],
                        texels_.as_row[row], base, out);
  };
  const int x = brick[0] * kBrick - lattice_.ring;
  const int y = brick[1] * kBrick - lattice_.ring;
  const int z = brick[2] * kBrick - lattice_.ring;
  std::array<std::uint32_t, kBrick> by_i{};
  std::array<std::uint32_t, kBrick> by_j{};
  for (int i = 0; i < kBrick; ++i) {
    for (int j = 0; j < kBrick; ++j) {
      const std::uint32_t row = wanted[i * kBrick + j];
      by_i[i] |= row;
      by_j[j] |= row;
      if (row != 0) sample(0, x + i, y + j, field_.first_bias.data(), table(0, i, j));
    }
  }
  for (int a = 0; a < kBrick; ++a) {
    for (std::uint32_t bits = by_i[a]; bits != 0; bits &= bits - 1) {
      const int k = static_cast<int>(lowestBit(bits));
      sample(1, x + a, z + k, nullptr, table(1, a, k));
    }
    for (std::uint32_t bits = by_j[a]; bits != 0; bits &= bits - 1) {
      const int k = static_cast<int>(lowestBit(bits));
      sample(2, z + k, y + a, nullptr, table(2, a, k));
    }
  }
}

void BrickEvaluator::evaluateBatch(std::size_t count, float* out) {
  field_.simd->firstLayer(terms_.data(), count, n_, field_.activation, decoder_.input());
  decoder_.densities(count, out);
}

BrickSamples BrickEvaluator::evaluate(const Index3& brick, const BrickBits& wanted) {
  BrickSamples samples{wanted, {}, {}};
  std::size_t total = 0;
  for (int row = 0; row < kBrickRows; ++row) {
    samples.first[row] = static_cast<std::uint16_t>(total);
    total += countBits(wanted[row]);
  }
  samples.values = Buffer<float>(total);
  tabulate(brick, wanted);
  float* out = samples.values.data();
  std::size_t count = 0;
  for (int row = 0; row < kBrickRows; ++row) {
    const int i = row / kBrick;
    const int j = row % kBrick;
    for (std::uint32_t bits = wanted[row]; bits != 0; bits &= bits - 1) {
      const int k = static_cast<int>(lowestBit(bits));
      terms_[count++] = {table(0, i, j), table(1, i, k), table(2, j, k)};
      if (count == kBatch) {
        evaluateBatch(count, out);
        out += count;
        count = 0;
      }
    }
  }
  if (count > 0) evaluateBatch(count, out);
  return samples;
}

}  // namespace maquette
