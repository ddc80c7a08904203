#include "classify.h"

#include <algorithm>
#include <cmath>

#include "bits.h"

namespace maquette {
namespace {

constexpr int kRootCells = kRootBricks * kBrick;
constexpr int kLargestLeaf = 8;  // cells per axis
constexpr int kSmallestBlock = 2;

// A leaf whose candidates exceed a plane's worth of cells by more than this is halved: that costs
// as much as evaluating 14 points and takes away about half of the excess.
constexpr unsigned kWorthHalving = 30;


Index3 bricksOf(const Index3& root) {
  return {root[0] * kRootBricks, root[1] * kRootBricks, root[2] * kRootBricks};
}

template <typename Visit>
void forEachBrickOf(const Lattice& lattice, const Index3& first, int count, const Visit& visit) {
  const Index3 bricks = lattice.bricks();
  for (int i = first[0]; i < std::min(first[0] + count, bricks[0]); ++i) {
    for (int j = first[1]; j < std::min(first[1] + count, bricks[1]); ++j) {
      for (int k = first[2]; k < std::min(first[2] + count, bricks[2]); ++k) {
        visit(lattice.brickIndex({i, j, k}));
      }
    }
  }
}

// Sub-cells of a leaf along one axis: where their middles are and how far they reach, in the
// leaf's [-1, 1].
struct LeafAxis {
  std::array<float, kLargestLeaf> middle;
  float reach;
};

// A box of cells. Sizes are powers of two, and a block does not straddle larger ones.
struct Block {
  Index3 cell;
  Index3 size;
};

// Cells that a plane across the middle of the block's longest axis crosses.
unsigned planeCells(const Block& block) {
  const auto [x, y, z] = block.size;
  return static_cast<unsigned>(x * y * z / std::max({x, y, z}));
}

class BoundingClassifier {
 public:
  BoundingClassifier(const Lattice& lattice, const PackedField& field, const LatticeTexels& texels,
                     const BoundingLayers& layers, float threshold)
      : lattice_(lattice), threshold_(threshold), tiles_(field, texels), bounds_(field, layers) {}

  std::uint64_t classify(const Index3& root, MarkGrid& grid) {
    tiles_.reset(kTileSlots);
    root_ = {root[0] * kRootCells, root[1] * kRootCells, root[2] * kRootCells};
    blocks_.assign(1, {root_, {kRootCells, kRootCells, kRootCells}});
    std::uint64_t bounded = 0;
    while (!blocks_.empty()) {
      bounded += blocks_.size();
      parts_.clear();
      for (std::size_t i = 0; i < blocks_.size(); i += AffineBounds::kBatch) {
        const std::size_t count = std::min(AffineBounds::kBatch, blocks_.size() - i);
        classifyBatch(blocks_.data() + i, count, grid);
      }
      blocks_.swap(parts_);
    }
    forEachBrickOf(lattice_, bricksOf(root), kRootBricks,
                   [&](std::size_t brick) { grid.simplify(brick); });
    return bounded;
  }

 private:
  // Rectangles of the root, by the sizes of their sides: 32, 16, 8, 4 and 2 cells.
  static constexpr std::size_t kSlotsPerAxis = 1 + 2 + 4 + 8 + 16;
  static constexpr std::size_t kTileSlots = kSlotsPerAxis * kSlotsPerAxis;

  PointBox boxOf(const Block& block) const {
    PointBox box;
    for (int axis = 0; axis < 3; ++axis) {
      const int last = lattice_.size[axis] - 1;
      box.low[axis] = std::clamp(block.cell[axis] - lattice_.ring, 0, last);
      box.high[axis] = std::clamp(block.cell[axis] + block.size[axis] - lattice_.ring, 0, last);
    }
    return box;
  }

  void classifyBatch(const Block* blocks, std::size_t count, MarkGrid& grid) {
    std::array<const float*, 3> tiles[AffineBounds::kBatch] = {};
    DensityBounds bounds[AffineBounds::kBatch];
    for (std::size_t i = 0; i < count; ++i) tiles[i] = tilesOf(blocks[i]);
    bounds_.bound(tiles, count, bounds);
    for (std::size_t i = 0; i < count; ++i) decide(blocks[i], bounds[i], grid);
  }

  std::array<const float*, 3> tilesOf(const Block& block) {
    const PointBox box = boxOf(block);
    std::size_t slot[3];  // of an axis: coarser intervals come first
    for (int axis = 0; axis < 3; ++axis) {
      const int size = block.size[axis];
      slot[axis] = kRootCells / size - 1 + (block.cell[axis] - root_[axis]) / size;
    }
    return {tiles_.tile(0, slot[0] * kSlotsPerAxis + slot[1], box),
            tiles_.tile(1, slot[0] * kSlotsPerAxis + slot[2], box),
            tiles_.tile(2, slot[2] * kSlotsPerAxis + slot[1], box)};
  }

  // Comparisons are such that a NaN leaves a block undecided.
  void decide(const Block& block, const DensityBounds& bounds, MarkGrid& grid) {
    const bool inside = bounds.lower.centre - bounds.lower.reach() > threshold_;
    const bool outside = bounds.upper.centre + bounds.upper.reach() <= threshold_;
    const Index3 brick{block.cell[0] / kBrick, block.cell[1] / kBrick, block.cell[2] / kBrick};
    if (block.size[0] == kRootCells) {
      if (inside) {
        forEachBrickOf(lattice_, brick, kRootBricks, [&](std::size_t i) { grid.setInside(i); });
      } else if (!outside) {
        splitIntoBricks(block);
      }
      return;
    }
    const std::size_t index = lattice_.brickIndex(brick);
    const int longest = std::max({block.size[0], block.size[1], block.size[2]});
    const int shortest = std::min({block.size[0], block.size[1], block.size[2]});
    if (shortest == kBrick) {
      if (inside) {
        grid.setInside(index);
      } else if (!outside) {
        grid.mark(index);
        split(block, bounds);
      }
      return;
    }
    if (outside) return;
    CellMarks& marks = grid.marksOf(index);
    if (inside) {
      markInside(block, marks);
    } else if (longest > kLargestLeaf || !markCells(block, bounds, marks)) {
      split(block, bounds);
    }
  }

  void keep(const Block& block) {
    const Index3 points = lattice_.extended();
    for (int axis = 0; axis < 3; ++axis) {
      if (block.cell[axis] >= points[axis]) return;
    }
    parts_.push_back(block);
  }

  void splitIntoBricks(const Block& block) {
    for (int part = 0; part < 8; ++part) {
      keep({{block.cell[0] + (part >> 2) * kBrick, block.cell[1] + (part >> 1 & 1) * kBrick,
             block.cell[2] + (part & 1) * kBrick},
            {kBrick, kBrick, kBrick}});
    }
  }

  // Halves the block as often as should make its parts decidable: the gap between bounds shrinks
  // about twofold with each halving. Bounding what lies between would be wasted.
  void split(const Block& block, const DensityBounds& bounds) {
    const float middle = 0.5f * (bounds.lower.centre + bounds.upper.centre);
    const float extent = middle < threshold_
                             ? bounds.upper.centre + bounds.upper.reach() - middle
                             : middle - bounds.lower.centre + bounds.lower.reach();
    const float excess = extent / std::fabs(middle - threshold_);
    halve(block, bounds, excess < 1.5f ? 1 : excess < 2.2f ? 2 : 3);
  }

  // Along the longest axis; among equals, where the bounds vary most.
  void halve(const Block& block, const DensityBounds& bounds, int times) {
    int longest = -1;
    float variation = -1;
    for (int axis = 0; axis < 3; ++axis) {
      if (block.size[axis] <= kSmallestBlock) continue;
      const float slope = std::fabs(bounds.lower.slope[axis]) + std::fabs(bounds.upper.slope[axis]);
      const bool is_longer = longest < 0 || block.size[axis] > block.size[longest];
      const bool is_equal = longest >= 0 && block.size[axis] == block.size[longest];
      if (is_longer || (is_equal && slope > variation)) {
        longest = axis;
        variation = slope;
      }
    }
    if (times == 0 || longest < 0) {
      keep(block);
      return;
    }
    Block half = block;
    half.size[longest] /= 2;
    halve(half, bounds, times - 1);
    half.cell[longest] += half.size[longest];
    halve(half, bounds, times - 1);
  }

  static void markInside(const Block& block, CellMarks& marks) {
    const int z = block.cell[2] % kBrick;
    const std::uint32_t bits = bitRange(z, z + block.size[2]);
    for (int i = 0; i < block.size[0]; ++i) {
      for (int j = 0; j < block.size[1]; ++j) {
        const int row = (block.cell[0] % kBrick + i) * kBrick + block.cell[1] % kBrick + j;
        marks.inside[row] |= static_cast<std::uint16_t>(bits);
      }
    }
  }

  LeafAxis leafAxis(const Block& block, const PointBox& box, int axis) const {
    const float length = static_cast<float>(box.high[axis] - box.low[axis]);
    LeafAxis result{{}, length > 0 ? 1 / length : 0};
    const int last = lattice_.size[axis] - 1;
    for (int i = 0; i < block.size[axis] && length > 0; ++i) {
      const int cell = block.cell[axis] + i - lattice_.ring;
      const int ends = std::clamp(cell, 0, last) + std::clamp(cell + 1, 0, last);
      result.middle[i] = static_cast<float>(ends - 2 * box.low[axis]) / length - 1;
    }
    return result;
  }

  // Decides each cell of a leaf by its own part of the leaf's bounds. False, with nothing marked,
  // if the leaf is better halved.
  bool markCells(const Block& block, const DensityBounds& bounds, CellMarks& marks) const {
    const PointBox box = boxOf(block);
    const LeafAxis x = leafAxis(block, box, 0);
    const LeafAxis y = leafAxis(block, box, 1);
    const LeafAxis z = leafAxis(block, box, 2);
    const auto reachInCell = [&](const LinearBound& bound) {
      return std::fabs(bound.slope[0]) * x.reach + std::fabs(bound.slope[1]) * y.reach +
             std::fabs(bound.slope[2]) * z.reach;
    };
    const float lower_start = bounds.lower.centre - reachInCell(bounds.lower);
    const float upper_start = bounds.upper.centre + reachInCell(bounds.upper);
    std::uint16_t candidate[kLargestLeaf * kLargestLeaf];
    std::uint16_t inside[kLargestLeaf * kLargestLeaf];
    unsigned candidates = 0;
    for (int i = 0; i < block.size[0]; ++i) {
      for (int j = 0; j < block.size[1]; ++j) {
        const auto rowStart = [&](const LinearBound& bound, float start) {
          return start + bound.slope[0] * x.middle[i] + bound.slope[1] * y.middle[j];
        };
        const float lower = rowStart(bounds.lower, lower_start);
        const float upper = rowStart(bounds.upper, upper_start);
        std::uint32_t may_be_in = 0;
        std::uint32_t all_in = 0;
        for (int k = 0; k < block.size[2]; ++k) {
          const float highest = upper + bounds.upper.slope[2] * z.middle[k];
          const float lowest = lower + bounds.lower.slope[2] * z.middle[k];
          may_be_in |= static_cast<std::uint32_t>(!(highest <= threshold_)) << k;
          all_in |= static_cast<std::uint32_t>(lowest > threshold_) << k;
        }
        candidate[i * kLargestLeaf + j] = static_cast<std::uint16_t>(may_be_in & ~all_in);
        inside[i * kLargestLeaf + j] = static_cast<std::uint16_t>(all_in);
        candidates += countBits(candidate[i * kLargestLeaf + j]);
      }
    }
    if (candidates > planeCells(block) + kWorthHalving) return false;
    for (int i = 0; i < block.size[0]; ++i) {
      for (int j = 0; j < block.size[1]; ++j) {
        const int row = (block.cell[0] % kBrick + i) * kBrick + block.cell[1] % kBrick + j;
        const int leaf_row = i * kLargestLeaf + j;
        const int shift = block.cell[2] % kBrick;
        marks.candidate[row] |= static_cast<std::uint16_t>(candidate[leaf_row] << shift);
        marks.inside[row] |= static_cast<std::uint16_t>(inside[leaf_row] << shift);
      }
    }
    return true;
  }

  const Lattice lattice_;
  const float threshold_;
  TileCache tiles_;
  AffineBounds bounds_;
  Index3 root_{};
  std::vector<Block> blocks_;
  std::vector<Block> parts_;
};

}  // namespace

Classifier makeDenseClassifier(const Lattice& lattice) {
  return [lattice](const Index3& root, MarkGrid& grid) {
    forEachBrickOf(lattice, bricksOf(root), kRootBricks, [&](std::size_t brick) {
      grid.mark(brick).candidate.fill(0xffff);
    });
    return std::uint64_t{0};
  };
}

Classifier makeBoundingClassifier(const Lattice& lattice, const PackedField& field,
                                  const LatticeTexels& texels, const BoundingLayers& layers,
                                  float threshold) {
  const auto classifier =
      std::make_shared<BoundingClassifier>(lattice, field, texels, layers, threshold);
  return [classifier](const Index3& root, MarkGrid& grid) {
    return classifier->classify(root, grid);
  };
}

}  // namespace maquette
