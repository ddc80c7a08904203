// Which points of a lattice are inside, stored only for bricks where both kinds occur.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "lattice.h"

namespace maquette {

// The bits of a brick and of the first layer of its upper neighbours: bit k of row i * 17 + j.
constexpr int kSpan = kBrick + 1;
using SpanBits = std::array<std::uint32_t, kSpan * kSpan>;

// The largest f32 not above `level`: an f32 value is greater than one if greater than the other.
inline float thresholdOf(double level) {
  const float nearest = static_cast<float>(level);
  return static_cast<double>(nearest) <= level
             ? nearest
             : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

// Distinct bricks may be set from distinct threads.
class SignGrid {
 public:
  explicit SignGrid(const Lattice& lattice)
      : lattice_(lattice),
        uniform_(lattice.brickCount(), 0),
        mixed_(lattice.brickCount()) {}

  const Lattice& lattice() const { return lattice_; }

  // Stores one brick's signs; bits of points beyond the lattice must be 0.
  void set(std::size_t brick, const BrickBits& inside) {
    bool all = true;
    bool any = false;
    for (const std::uint16_t row : inside) {
      all = all && row == 0xffff;
      any = any || row != 0;
    }
    uniform_[brick] = all;
    mixed_[brick] = any && !all ? std::make_unique<BrickBits>(inside) : nullptr;
  }

  // The 16 signs of row i * 16 + j.
  std::uint32_t row(std::size_t brick, int index) const {
    if (const BrickBits* bits = mixed_[brick].get()) return (*bits)[index];
    return uniform_[brick] ? 0xffffu : 0u;
  }

  bool isMixed(std::size_t brick) const { return mixed_[brick] != nullptr; }
  bool isInside(std::size_t brick) const { return uniform_[brick] != 0; }

 private:
  Lattice lattice_;
  std::vector<std::uint8_t> uniform_;  // of a brick without bits: are its points inside?
  std::vector<std::unique_ptr<BrickBits>> mixed_;
};

// Gathers rows over a brick's span; `rowOf(brick index, row)` gives 16 bits of a brick. Bits of
// bricks beyond the lattice are 0.
template <typename RowOf>
SpanBits gatherSpan(const Lattice& lattice, const Index3& brick, const RowOf& rowOf) {
  SpanBits span{};
  for (int part = 0; part < 4; ++part) {
    const int di = part >> 1;
    const int dj = part & 1;
    const Index3 near{brick[0] + di, brick[1] + dj, brick[2]};
    const Index3 far{near[0], near[1], near[2] + 1};
    if (!lattice.hasBrick(near)) continue;
    const std::size_t near_index = lattice.brickIndex(near);
    const bool has_far = lattice.hasBrick(far);
    for (int i = di * kBrick; i < (di ? kSpan : kBrick); ++i) {
      for (int j = dj * kBrick; j < (dj ? kSpan : kBrick); ++j) {
        const int row = (i % kBrick) * kBrick + j % kBrick;
        std::uint32_t bits = rowOf(near_index, row);
        if (has_far) bits |= (rowOf(near_index + 1, row) & 1u) << kBrick;
        span[i * kSpan + j] = bits;
      }
    }
  }
  return span;
}

inline SpanBits gatherSigns(const SignGrid& grid, const Index3& brick) {
  return gatherSpan(grid.lattice(), brick,
                    [&](std::size_t index, int row) { return grid.row(index, row); });
}

// Whether any cell or edge owned by the brick can be cut: its span holds both signs.
inline bool canBeCut(const SignGrid& grid, const Index3& brick) {
  const Lattice& lattice = grid.lattice();
  const std::size_t own = lattice.brickIndex(brick);
  for (int part = 0; part < 8; ++part) {
    const Index3 other{brick[0] + (part >> 2), brick[1] + (part >> 1 & 1), brick[2] + (part & 1)};
    if (!lattice.hasBrick(other)) continue;
    const std::size_t index = lattice.brickIndex(other);
    if (grid.isMixed(index) || grid.isInside(index) != grid.isInside(own)) return true;
  }
  return false;
}

}  // namespace maquette
