#include "ray-passage.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace maquette {
namespace {

// In single precision throughout: it decides on which side of a face a ray's ends lie.
Passage importancePassage(const float* origin, const float* direction, float radius) {
  float near = -std::numeric_limits<float>::infinity();
  float far = std::numeric_limits<float>::infinity();
  for (int axis = 0; axis < 3; ++axis) {
    const float inverse = 1 / direction[axis];
    const float side = inverse < 0 ? -radius : radius;
    const float entry = (-side - origin[axis]) * inverse;
    const float exit = (side - origin[axis]) * inverse;
    // A ray within a face gives NaN, which leaves the passage as it is.
    if (entry > near) near = entry;
    if (exit < far) far = exit;
  }
  if (near > far) return {-1, -2};
  return {near, far};
}

// TripoSR's: through a box smaller by a thousandth, so that no sample lies beyond its planes, with
// directions that are at least this steep, and only when it is long enough.
Passage uniformPassage(const float* origin, const float* direction, double radius) {
  constexpr double kShrink = 1e-3;
  constexpr double kMinSlope = 1e-6;
  constexpr double kMinLength = 0.01;
  const double half = radius * (1 - kShrink);
  double near = 0;
  double far = std::numeric_limits<double>::infinity();
  for (int axis = 0; axis < 3; ++axis) {
    const double slope = direction[axis];
    const double inverse = 1 / (std::fabs(slope) < kMinSlope ? kMinSlope : slope);
    const double first = (-half - origin[axis]) * inverse;
    const double second = (half - origin[axis]) * inverse;
    near = std::max(near, std::min(first, second));
    far = std::min(far, std::max(first, second));
  }
  const float start = static_cast<float>(near);
  return {start, far - near > kMinLength ? static_cast<float>(far) : start};
}

}  // namespace

Passages findPassages(const RayView& rays, const RenderOptions& options) {
  Passages passages;
  passages.rays.resize(rays.count);
  bool any = false;
  for (std::size_t i = 0; i < rays.count; ++i) {
    const float* origin = rays.origins + 3 * i;
    const float* direction = rays.directions + 3 * i;
    const Passage passage =
        options.marcher == Marcher::kUniform
            ? uniformPassage(origin, direction, options.box_radius)
            : importancePassage(origin, direction, static_cast<float>(options.box_radius));
    passages.rays[i] = passage;
    if (!(passage.far > passage.near)) continue;
    passages.least = any ? std::min(passages.least, passage.near) : passage.near;
    passages.greatest = any ? std::max(passages.greatest, passage.far) : passage.far;
    any = true;
  }
  return passages;
}

}  // namespace maquette
