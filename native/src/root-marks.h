// Verdicts on lattice points, or cells: of a grid of bricks, and of the root block at work.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lattice.h"

namespace maquette {

// Bricks, and points, per axis of a root block: what one thread decides at a time.
constexpr int kRootBricks = 2;
constexpr int kRootSize = kRootBricks * kBrick;

// Calls visit(brick, its first point within the root) for the bricks of root block `root`.
template <typename Visit>
void forEachBrickOf(const Lattice& lattice, const Index3& root, const Visit& visit) {
  for (int part = 0; part < 8; ++part) {
    const Index3 step{part >> 2, part >> 1 & 1, part & 1};
    const Index3 brick{root[0] * kRootBricks + step[0], root[1] * kRootBricks + step[1],
                       root[2] * kRootBricks + step[2]};
    if (!lattice.hasBrick(brick)) continue;
    visit(lattice.brickIndex(brick), Index3{step[0] * kBrick, step[1] * kBrick, step[2] * kBrick});
  }
}

// What is not open is proven inside or outside.
struct BrickMarks {
  BrickBits open{};
  BrickBits inside{};  // of open ones: 0
};

// Distinct bricks may be set from distinct threads.
class MarkGrid {
 public:
  explicit MarkGrid(const Lattice& lattice)
      : inside_(lattice.brickCount(), 0), marks_(lattice.brickCount()) {}

  // Null if all of the brick is proven, and alike.
  const BrickMarks* marks(std::size_t brick) const { return marks_[brick].get(); }
  bool isInside(std::size_t brick) const { return inside_[brick] != 0; }

  void set(std::size_t brick, const BrickMarks& marks) {
    std::uint32_t open = 0;
    std::uint32_t any_inside = 0;
    std::uint32_t all_inside = 0xffff;
    for (int row = 0; row < kBrickRows; ++row) {
      open |= marks.open[row];
      any_inside |= marks.inside[row];
      all_inside &= marks.inside[row];
    }
    const bool is_uniform = open == 0 && (any_inside == 0 || all_inside == 0xffff);
    inside_[brick] = is_uniform && any_inside != 0;
    marks_[brick] = is_uniform ? nullptr : std::make_unique<BrickMarks>(marks);
  }

 private:
  std::vector<std::uint8_t> inside_;  // of a brick without marks: is it inside as a whole?
  std::vector<std::unique_ptr<BrickMarks>> marks_;
};

// Marks of one root block, a word per x and y with a bit per z; at first all is outside.
class RootMarks {
 public:
  void clear() {
    open_.fill(0);
    inside_.fill(0);
  }

  // Adds bits from bit `z` on.
  void add(int x, int y, int z, std::uint32_t open, std::uint32_t inside) {
    open_[x * kRootSize + y] |= open << z;
    inside_[x * kRootSize + y] |= inside << z;
  }

  void handOver(const Lattice& lattice, const Index3& root, MarkGrid& grid) const {
    forEachBrickOf(lattice, root, [&](std::size_t brick, const Index3& first) {
      BrickMarks marks;
      for (int row = 0; row < kBrickRows; ++row) {
        const int source = (first[0] + row / kBrick) * kRootSize + first[1] + row % kBrick;
        marks.open[row] = static_cast<std::uint16_t>(open_[source] >> first[2]);
        marks.inside[row] = static_cast<std::uint16_t>(inside_[source] >> first[2]);
      }
      grid.set(brick, marks);
    });
  }

 private:
  std::array<std::uint32_t, kRootSize * kRootSize> open_;
  std::array<std::uint32_t, kRootSize * kRootSize> inside_;
};

}  // namespace maquette
