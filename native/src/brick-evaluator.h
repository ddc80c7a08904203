// Raw densities of chosen lattice points of a brick.
#pragma once

#include <cstdint>

#include "lattice-texels.h"
#include "lattice.h"
#include "packed-field.h"

namespace maquette {

// The evaluated points of one brick; values in row order, then by bit.
struct BrickSamples {
  BrickBits known;
  std::array<std::uint16_t, kBrickRows> first;  // rank of a row's first value
  Buffer<float> values;

  float at(int row, int k) const;
};

// Samples of the same brick at other points, together.
BrickSamples merge(const BrickSamples& a, const BrickSamples& b);

// Working memory of one thread. Each plane's samples depend on two lattice indices only, so they
// are read once per brick for the pairs that occur, and a point's first layer is two additions.
class BrickEvaluator {
 public:
  BrickEvaluator(const Lattice& lattice, const PackedField& field, const LatticeTexels& texels);

  // Evaluates the points in `wanted`, all of them real.
  BrickSamples evaluate(const Index3& brick, const BrickBits& wanted);

 private:
  static constexpr std::size_t kBatch = 96;

  void tabulate(const Index3& brick, const BrickBits& wanted);
  void evaluateBatch(std::size_t count, float* out);
  float* table(int plane, int a, int b) {
    return tables_.data() + (static_cast<std::size_t>(plane) * kBrickRows + a * kBrick + b) * n_;
  }

  const Lattice lattice_;
  const PackedField& field_;
  const LatticeTexels& texels_;
  const std::size_t n_;
  Decoder decoder_;
  Buffer<float> tables_;  // (3, 16, 16, n): xy by (i, j), xz by (i, k), zy by (j, k)
  std::array<FirstLayerTerms, kBatch> terms_{};
};

}  // namespace maquette
