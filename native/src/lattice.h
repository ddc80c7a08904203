// The lattice of samples, cut into bricks.
//
// All code counts *extended* points: with `ring`, one layer of "outside" points surrounds the real
// ones, so that real point r is extended point r + 1 and every surface is closed. A brick owns
// 16^3 extended points and, with them, the cells and edges whose lowest corner they are.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace maquette {

constexpr int kBrick = 16;
constexpr int kBrickRows = kBrick * kBrick;

// One bit per point or cell of a brick: bit k of row i * kBrick + j.
using BrickBits = std::array<std::uint16_t, kBrickRows>;

using Index3 = std::array<int, 3>;

struct Lattice {
  Index3 size;  // real points
  int ring;     // 0 or 1

  Index3 extended() const {
    return {size[0] + 2 * ring, size[1] + 2 * ring, size[2] + 2 * ring};
  }
  Index3 bricks() const {
    const Index3 points = extended();
    return {(points[0] + kBrick - 1) / kBrick, (points[1] + kBrick - 1) / kBrick,
            (points[2] + kBrick - 1) / kBrick};
  }
  std::size_t brickCount() const {
    const Index3 count = bricks();
    return static_cast<std::size_t>(count[0]) * count[1] * count[2];
  }
  std::size_t brickIndex(const Index3& brick) const {
    const Index3 count = bricks();
    return (static_cast<std::size_t>(brick[0]) * count[1] + brick[1]) * count[2] + brick[2];
  }
  Index3 brickAt(std::size_t index) const {
    const Index3 count = bricks();
    const std::size_t column = index / count[2];
    return {static_cast<int>(column / count[1]), static_cast<int>(column % count[1]),
            static_cast<int>(index % count[2])};
  }
  bool hasBrick(const Index3& brick) const {
    const Index3 count = bricks();
    for (int axis = 0; axis < 3; ++axis) {
      if (brick[axis] < 0 || brick[axis] >= count[axis]) return false;
    }
    return true;
  }
  bool isReal(int axis, int point) const { return point >= ring && point < ring + size[axis]; }
};

// `low` bits from bit `begin` to before `end`, both clamped to 0..16.
inline std::uint32_t bitRange(int begin, int end) {
  begin = std::clamp(begin, 0, kBrick);
  end = std::clamp(end, begin, kBrick);
  return (1u << end) - (1u << begin);
}

}  // namespace maquette
