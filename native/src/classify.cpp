#include "classify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "bits.h"

namespace maquette {
namespace {

constexpr int kLargestLeaf = 8;  // points per axis

// Whether a leaf is cut is decided by the points that its parts' bounds should decide: cut into
// eight, bounds come about this many times closer to one another...
constexpr float kCloser = 5;
// ...and with fewer points than this, evaluating them costs less than bounding the parts.
constexpr int kWorthCutting = 60;

// Bounding a box costs as much as evaluating this many points. In a root block, it may cost as much
// as the points it has decided, and this share of all; so that where bounds decide nothing, sparse
// extraction costs little more than dense.
constexpr int kBoundCost = 15;
constexpr double kAllowance = 0.08;

enum class Side { kOutside, kInside, kOpen };

// A box of points or cells: an interval of the root block on each axis.
struct Block {
  std::array<std::uint8_t, 3> interval;
};

// Of the points of a leaf, a bit per z.
using LeafBits = std::uint32_t[kLargestLeaf][kLargestLeaf];

struct LeafVerdict {
  LeafBits outside;
  LeafBits inside;
  int decidable;  // open points that bounds of the leaf's parts should decide
};

// From points to the cells between them.
void shareWithCells(LeafBits& bits) {
  for (int i = 0; i + 1 < kLargestLeaf; ++i) {
    for (int j = 0; j + 1 < kLargestLeaf; ++j) {
      const std::uint32_t edge = bits[i][j] & bits[i][j + 1] & bits[i + 1][j] & bits[i + 1][j + 1];
      bits[i][j] = edge & edge >> 1;
    }
  }
}

class BoundingClassifier {
 public:
  explicit BoundingClassifier(const ClassifierPlan& plan)
      : plan_(plan), tiles_(plan.field, plan.texels), bounds_(plan.field, plan.layers) {}

  std::uint64_t classify(const Index3& root, MarkGrid& grid) {
    for (int axis = 0; axis < 3; ++axis) {
      intervals_[axis] = &plan_.cuts.of(axis, root[axis]);
      if (intervals_[axis]->empty()) return 0;
      origin_[axis] = root[axis] * kRootSize - plan_.lattice.ring;
    }
    tiles_.reset(AxisCuts::kMostIntervals * AxisCuts::kMostIntervals);
    marks_.clear();
    blocks_.assign(1, Block{});
    balance_ = kAllowance * volume(blocks_[0]);
    std::uint64_t bounded = 0;
    while (!blocks_.empty()) {
      parts_.clear();
      std::size_t done = 0;
      while (done < blocks_.size() && balance_ > 0) {
        const std::size_t count = std::min(AffineBounds::kBatch, blocks_.size() - done);
        balance_ -= static_cast<double>(kBoundCost * count);
        classifyBatch(blocks_.data() + done, count);
        done += count;
      }
      bounded += done;
      for (; done < blocks_.size(); ++done) mark(blocks_[done], Side::kOpen);
      blocks_.swap(parts_);
    }
    marks_.handOver(plan_.lattice, root, grid);
    return bounded;
  }

 private:
  const Interval& intervalOf(const Block& block, int axis) const {
    return (*intervals_[axis])[block.interval[axis]];
  }

  int longestSide(const Block& block) const {
    return std::max({intervalOf(block, 0).length(), intervalOf(block, 1).length(),
                     intervalOf(block, 2).length()});
  }

  int volume(const Block& block) const {
    return intervalOf(block, 0).length() * intervalOf(block, 1).length() *
           intervalOf(block, 2).length();
  }

  PointBox boxOf(const Block& block) const {
    PointBox box;
    for (int axis = 0; axis < 3; ++axis) {
      const Interval& interval = intervalOf(block, axis);
      box.low[axis] = interval.begin;
      box.high[axis] = interval.end - 1 + plan_.span;
    }
    return box;
  }

  void classifyBatch(const Block* blocks, std::size_t count) {
    std::array<const float*, 3> tiles[AffineBounds::kBatch] = {};
    DensityBounds bounds[AffineBounds::kBatch];
    for (std::size_t i = 0; i < count; ++i) tiles[i] = tilesOf(blocks[i]);
    bounds_.bound(tiles, count, bounds);
    for (std::size_t i = 0; i < count; ++i) decide(blocks[i], bounds[i]);
  }

  std::array<const float*, 3> tilesOf(const Block& block) {
    const PointBox box = boxOf(block);
    const auto tile = [&](int plane, int column_axis, int row_axis) {
      const std::size_t slot = block.interval[column_axis] * AxisCuts::kMostIntervals;
      return tiles_.tile(plane, slot + block.interval[row_axis], box);
    };
    return {tile(0, 0, 1), tile(1, 0, 2), tile(2, 2, 1)};
  }

  void decide(const Block& block, const DensityBounds& bounds) {
    const PointBox box = boxOf(block);
    const Side side = sideOf(block, bounds, box);
    if (side != Side::kOpen) {
      mark(block, side);
    } else if (longestSide(block) + plan_.span > kLargestLeaf || !markLeaf(block, bounds)) {
      cut(block, bounds, box, timesToCut(bounds));
    }
  }

  // By the bounds of `box`, which contains the block.
  Side sideOf(const Block& block, const DensityBounds& bounds, const PointBox& box) const {
    const PointBox part = boxOf(block);
    if (rangeOver(bounds.upper, box, part).high <= plan_.threshold) return Side::kOutside;
    if (rangeOver(bounds.lower, box, part).low > plan_.threshold) return Side::kInside;
    return Side::kOpen;
  }

  // As often as should make the parts decidable: the gap between bounds shrinks about twofold with
  // each time. Bounding what lies between would be wasted.
  int timesToCut(const DensityBounds& bounds) const {
    const float middle = 0.5f * (bounds.lower.terms[0] + bounds.upper.terms[0]);
    const BoxFunction& nearer = middle < plan_.threshold ? bounds.upper : bounds.lower;
    const float extent = std::fabs(nearer.terms[0] - middle) + nearer.reach();
    const float excess = extent / std::fabs(middle - plan_.threshold);
    return excess < 1.5f ? 1 : excess < 2.2f ? 2 : 3;
  }

  // Keeps those parts that the bounds of the whole, which is `box`, leave open.
  void cut(const Block& part, const DensityBounds& bounds, const PointBox& box, int times) {
    if (times == 0 || longestSide(part) < 2 * AxisCuts::kShortest) {
      const Side side = sideOf(part, bounds, box);
      if (side == Side::kOpen) {
        parts_.push_back(part);
      } else {
        mark(part, side);
      }
      return;
    }
    const int axis = axisToCut(part, bounds);
    Block half = part;
    half.interval[axis] = static_cast<std::uint8_t>(intervalOf(part, axis).half);
    cut(half, bounds, box, times - 1);
    ++half.interval[axis];
    cut(half, bounds, box, times - 1);
  }

  // Of the longest axes, give or take a quarter, the one along which the bounds vary most.
  int axisToCut(const Block& block, const DensityBounds& bounds) const {
    const int longest = longestSide(block);
    int steepest = -1;
    float largest = -1;
    for (int axis = 0; axis < 3; ++axis) {
      if (5 * intervalOf(block, axis).length() < 4 * longest) continue;
      const float slope = std::fabs(bounds.lower.terms[1 + axis]) +
                          std::fabs(bounds.upper.terms[1 + axis]);
      if (slope > largest) {
        steepest = axis;
        largest = slope;
      }
    }
    return steepest;
  }

  void mark(const Block& block, Side side) {
    if (side != Side::kOpen) balance_ += volume(block);
    const Interval& x = intervalOf(block, 0);
    const Interval& y = intervalOf(block, 1);
    const std::uint32_t open = side == Side::kOpen ? allOnes(block) : 0;
    const std::uint32_t inside = side == Side::kInside ? allOnes(block) : 0;
    for (int i = x.begin; i < x.end; ++i) {
      for (int j = y.begin; j < y.end; ++j) addToRow(block, i, j, open, inside);
    }
  }

  // Bits of all that the block has along z.
  std::uint32_t allOnes(const Block& block) const {
    return 0xffffffffu >> (kRootSize - intervalOf(block, 2).length());
  }

  void addToRow(const Block& block, int x, int y, std::uint32_t open, std::uint32_t inside) {
    marks_.add(x - origin_[0], y - origin_[1], intervalOf(block, 2).begin - origin_[2], open,
               inside);
  }

  // Decides each point (or cell) of a leaf by the leaf's bounds. False, with nothing marked, if the
  // leaf is better cut.
  bool markLeaf(const Block& block, const DensityBounds& bounds) {
    LeafVerdict verdict = judgePoints(boxOf(block), bounds);
    const bool can_cut = longestSide(block) >= 2 * AxisCuts::kShortest;
    if (can_cut && verdict.decidable >= kWorthCutting) return false;
    if (plan_.span == 1) {
      shareWithCells(verdict.outside);
      shareWithCells(verdict.inside);
    }
    const Interval& x = intervalOf(block, 0);
    const Interval& y = intervalOf(block, 1);
    const std::uint32_t ones = allOnes(block);
    for (int i = 0; i < x.length(); ++i) {
      for (int j = 0; j < y.length(); ++j) {
        const std::uint32_t inside = verdict.inside[i][j] & ones;
        const std::uint32_t open = ones & ~(inside | verdict.outside[i][j]);
        addToRow(block, x.begin + i, y.begin + j, open, inside);
        balance_ += countBits(ones & ~open);
      }
    }
    return true;
  }

  LeafVerdict judgePoints(const PointBox& box, const DensityBounds& bounds) const {
    float place[3][kLargestLeaf] = {};
    int count[3];
    for (int axis = 0; axis < 3; ++axis) {
      count[axis] = box.high[axis] - box.low[axis] + 1;
      for (int i = 0; i < count[axis]; ++i) {
        place[axis][i] = box.placeOf(axis, box.low[axis] + i);
      }
    }
    LeafVerdict verdict{};
    for (int i = 0; i < count[0]; ++i) {
      for (int j = 0; j < count[1]; ++j) {
        const float x = place[0][i];
        const float y = place[1][j];
        const float lower = bounds.lower.startAt(x, y);
        const float upper = bounds.upper.startAt(x, y);
        const float lower_slope = bounds.lower.slopeAt(x, y);
        const float upper_slope = bounds.upper.slopeAt(x, y);
        for (int k = 0; k < count[2]; ++k) {
          const float low = lower + lower_slope * place[2][k];
          const float high = upper + upper_slope * place[2][k];
          const bool is_outside = high <= plan_.threshold;
          const bool is_inside = low > plan_.threshold;
          verdict.outside[i][j] |= static_cast<std::uint32_t>(is_outside) << k;
          verdict.inside[i][j] |= static_cast<std::uint32_t>(is_inside) << k;
          const float twice_off = std::fabs(low + high - 2 * plan_.threshold);
          verdict.decidable += !is_outside && !is_inside && twice_off * kCloser > high - low;
        }
      }
    }
    return verdict;
  }

  const ClassifierPlan& plan_;
  TileCache tiles_;
  AffineBounds bounds_;
  Index3 origin_{};  // of the root block, in real points
  std::array<const Intervals*, 3> intervals_{};
  RootMarks marks_;
  double balance_ = 0;  // points that bounds may still cost
  std::vector<Block> blocks_;
  std::vector<Block> parts_;
};

}  // namespace

Classifier makeDenseClassifier(const Lattice& lattice) {
  return [lattice](const Index3& root, MarkGrid& grid) {
    BrickMarks marks;
    marks.open.fill(0xffff);
    forEachBrickOf(lattice, root,
                   [&](std::size_t brick, const Index3&) { grid.set(brick, marks); });
    return std::uint64_t{0};
  };
}

ClassifierPlan::ClassifierPlan(const Lattice& whole, const PackedField& packed,
                               const LatticeTexels& reads, float level, Unit unit)
    : lattice(whole),
      field(packed),
      texels(reads),
      threshold(level),
      span(unit == Unit::kCell ? 1 : 0),
      layers(packed),
      cuts(whole, reads, span) {}

Classifier makeBoundingClassifier(const ClassifierPlan& plan) {
  const auto classifier = std::make_shared<BoundingClassifier>(plan);
  return [classifier](const Index3& root, MarkGrid& grid) {
    return classifier->classify(root, grid);
  };
}

}  // namespace maquette
