// Where rays pass through the model's box.
#pragma once

#include <vector>

#include "maquette/render.h"

namespace maquette {

// Distances from the origin; nothing is seen when `far <= near`.
struct Passage {
  float near;
  float far;
};

struct Passages {
  std::vector<Passage> rays;
  // The least and the greatest distance at which any ray is sampled.
  float least = 0;
  float greatest = 0;
};

// Those of the importance marcher begin behind an origin within the box, as in the reference; those
// of the uniform marcher begin at it.
Passages findPassages(const RayView& rays, const RenderOptions& options);

}  // namespace maquette
