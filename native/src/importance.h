// Where the fine pass samples a ray.
#pragma once

#include <cstddef>

namespace maquette {

// Writes `count` ascending fine distances at the middles of equal shares of what the coarse pass
// saw: `distances` (count) ascending, count >= 4, `weights` (count - 1) of the intervals between.
void importanceSamples(const float* distances, const double* weights, std::size_t count,
                       float* fine);

}  // namespace maquette
