// How boxes are cut along an axis: where new texels of the planes begin, because within one texel
// of each plane the bounds follow the first layer exactly.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "lattice-texels.h"
#include "lattice.h"
#include "root-marks.h"

namespace maquette {

// Points, or cells, begin..end - 1 of an axis.
struct Interval {
  int begin;
  int end;
  int half;  // index of the lower half, which the upper one follows; 0 if the interval stays whole

  int length() const { return end - begin; }
};

// What a root block is cut into along one axis, the whole of it first; none for a root beside the
// lattice.
using Intervals = std::vector<Interval>;

class AxisCuts {
 public:
  static constexpr int kShortest = 2;
  static constexpr std::size_t kMostIntervals = 2 * (kRootSize / kShortest) - 1;

  // `span`: 0 to cut the points of the lattice, 1 to cut the cells.
  AxisCuts(const Lattice& lattice, const LatticeTexels& texels, int span);

  // In real points or cells.
  const Intervals& of(int axis, int root) const { return intervals_[axis][root]; }

 private:
  std::array<std::vector<Intervals>, 3> intervals_;
};

}  // namespace maquette
