#include "maquette/marching-cubes.h"

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "not-finite.h"
#include "polygonise.h"
#include "simd.h"

namespace maquette {
namespace {

constexpr std::size_t kMaxAxis = 1u << 20;

struct Volume {
  const float* values;
  Lattice lattice;

  std::size_t rowStart(int i, int j) const {  // of extended indices
    const std::size_t x = static_cast<std::size_t>(i - lattice.ring);
    const std::size_t y = static_cast<std::size_t>(j - lattice.ring);
    return (x * lattice.size[1] + y) * lattice.size[2];
  }
};

// Classifies columns of bricks: a column holds all bricks of one (x, y).
class SignPacker {
 public:
  SignPacker(const Volume& volume, float threshold, SignGrid& grid)
      : volume_(volume),
        threshold_(threshold),
        grid_(grid),
        simd_(simdOf(bestInstructionSet())),
        words_per_row_((volume.lattice.extended()[2] + 63) / 64 + 1) {}

  struct Scratch {
    std::vector<std::uint64_t> words;
    std::vector<BrickBits> bricks;
  };

  // False when a value of the column is not finite.
  bool pack(std::size_t column, Scratch& scratch) {
    const Index3 bricks = volume_.lattice.bricks();
    const int bx = static_cast<int>(column / bricks[1]);
    const int by = static_cast<int>(column % bricks[1]);
    scratch.words.resize(words_per_row_);
    scratch.bricks.assign(bricks[2], BrickBits{});
    bool finite = true;
    for (int row = 0; row < kBrickRows; ++row) {
      const int i = bx * kBrick + row / kBrick;
      const int j = by * kBrick + row % kBrick;
      if (!volume_.lattice.isReal(0, i) || !volume_.lattice.isReal(1, j)) continue;
      finite = packRow(volume_.values + volume_.rowStart(i, j), scratch.words) && finite;
      for (int bz = 0; bz < bricks[2]; ++bz) {
        scratch.bricks[bz][row] =
            static_cast<std::uint16_t>(scratch.words[bz / 4] >> (bz % 4 * kBrick));
      }
    }
    for (int bz = 0; bz < bricks[2]; ++bz) {
      grid_.set(column * bricks[2] + bz, scratch.bricks[bz]);
    }
    return finite;
  }

 private:
  bool packRow(const float* values, std::vector<std::uint64_t>& words) const {
    words.back() = 0;
    words[words.size() - 2] = 0;
    const bool finite = simd_.packSigns(values, volume_.lattice.size[2], threshold_, words.data());
    if (volume_.lattice.ring == 1) {
      for (std::size_t word = words.size() - 1; word > 0; --word) {
        words[word] = words[word] << 1 | words[word - 1] >> 63;
      }
      words[0] <<= 1;
    }
    return finite;
  }

  const Volume& volume_;
  const float threshold_;
  SignGrid& grid_;
  const Simd& simd_;
  const std::size_t words_per_row_;
};

[[noreturn]] void refuseFirstBadValue(const Volume& volume) {
  const Index3& size = volume.lattice.size;
  std::size_t index = 0;
  while (std::isfinite(volume.values[index])) ++index;
  throw notFinite(volume.values[index], index / size[2] / size[1], index / size[2] % size[1],
                  index % size[2]);
}

SignGrid packSigns(const Volume& volume, float threshold, const Task& task, ProgressSpan span) {
  SignGrid grid(volume.lattice);
  SignPacker packer(volume, threshold, grid);
  const Index3 bricks = volume.lattice.bricks();
  const std::size_t columns = static_cast<std::size_t>(bricks[0]) * bricks[1];
  std::vector<SignPacker::Scratch> scratch(workerCount(task));
  std::atomic<bool> finite{true};
  parallelFor(task, columns, 1, span, [&](std::size_t column, unsigned worker) {
    if (!packer.pack(column, scratch[worker])) finite = false;
  });
  if (!finite) refuseFirstBadValue(volume);
  return grid;
}

}  // namespace

Mesh marchingCubes(const float* values, const std::array<std::size_t, 3>& size, double iso,
                   bool closed, const Task& task) {
  Volume volume{values, {{}, closed ? 1 : 0}};
  for (int axis = 0; axis < 3; ++axis) {
    if (size[axis] < 1 || size[axis] > kMaxAxis) {
      throw std::invalid_argument("marching cubes: an axis has " + std::to_string(size[axis]) +
                                  " points, not 1..1048576");
    }
    volume.lattice.size[axis] = static_cast<int>(size[axis]);
  }
  const SignGrid grid = packSigns(volume, thresholdOf(iso), task, {0, 500});
  const int ring = volume.lattice.ring;
  const auto valueAt = [&](const Index3& point) {
    return values[volume.rowStart(point[0], point[1]) + (point[2] - ring)];
  };
  const auto toPosition = [](double coordinate) { return static_cast<float>(coordinate); };
  return Polygoniser(grid, task, {500, 1000}).run(iso, valueAt, toPosition);
}

}  // namespace maquette
