// Functions that bound a density over a box of lattice points.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "lattice.h"
#include "simd.h"

namespace maquette {

// Lattice points low..high on each axis, ends included.
struct PointBox {
  Index3 low;
  Index3 high;

  // Where a point stands along an axis: -1 at the first to 1 at the last, 0 if they are one.
  float placeOf(int axis, int point) const {
    const int length = high[axis] - low[axis];
    if (length == 0) return 0;
    return static_cast<float>(2 * (point - low[axis])) / static_cast<float>(length) - 1;
  }
};

// A function of the places u, v, w in a box, linear in each: coefficients of
// 1, u, v, w, uv, uw, vw. All are finite, or the first is infinite and the others are 0.
struct BoxFunction {
  std::array<float, kTerms> terms;

  static BoxFunction constant(float value) { return {{value}}; }

  // Along z, at places x and y.
  float startAt(float x, float y) const {
    return terms[0] + terms[1] * x + terms[2] * y + terms[4] * (x * y);
  }
  float slopeAt(float x, float y) const { return terms[3] + terms[5] * x + terms[6] * y; }

  // The largest distance from the middle, or more.
  float reach() const {
    float sum = 0;
    for (std::size_t t = 1; t < kTerms; ++t) sum += std::fabs(terms[t]);
    return sum;
  }
};

// lower <= raw density <= upper at every lattice point of a box.
struct DensityBounds {
  BoxFunction lower;
  BoxFunction upper;
};

struct Range {
  float low;
  float high;
};

// Of a function over a part of its box: it is largest and smallest at corners.
inline Range rangeOver(const BoxFunction& function, const PointBox& box, const PointBox& part) {
  float place[3][2];
  for (int axis = 0; axis < 3; ++axis) {
    place[axis][0] = box.placeOf(axis, part.low[axis]);
    place[axis][1] = box.placeOf(axis, part.high[axis]);
  }
  Range range{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (const float x : place[0]) {
    for (const float y : place[1]) {
      for (const float z : place[2]) {
        const float value = function.startAt(x, y) + function.slopeAt(x, y) * z;
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
    }
  }
  return range;
}

}  // namespace maquette
