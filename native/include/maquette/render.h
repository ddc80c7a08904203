// The volume renderer of the LRM families.
//
// Along a ray, densities become opacities and what lies in front hides what lies behind (Mildenhall
// et al., "NeRF", 2020). Nothing is drawn at random: the same field gives the same picture, and the
// frames of a turntable do not flicker.
#pragma once

#include <cstddef>

#include "maquette/buffer.h"
#include "maquette/field.h"
#include "maquette/task.h"

namespace maquette {

enum class Marcher {
  // VFusion3D, OpenLRM: a coarse pass over the ray's passage through the box, a fine one where the
  // first saw something, and the intervals between all samples composited.
  kImportance,
  // TripoSR: one pass at the centres of equal bins.
  kUniform,
};

// What a raw density d stands for, per unit of length.
enum class Density {
  kSoftplus,  // log(1 + exp(d - 1)): VFusion3D, OpenLRM
  kExp,       // exp(d - 1): TripoSR
};

struct RenderOptions {
  Marcher marcher = Marcher::kImportance;
  Density density = Density::kSoftplus;
  // Per ray, both passes together: 8..1024, even.
  std::size_t samples = 128;
  // Half the side of the box; field coordinates are divided by it.
  double box_radius = 1;
};

// Borrowed: origins (count, 3), directions (count, 3) of length 1.
struct RayView {
  const float* origins = nullptr;
  const float* directions = nullptr;
  std::size_t count = 0;
};

struct Rendering {
  Buffer<float> rgb;      // (count, 3), multiplied by the opacity, not clamped
  Buffer<float> opacity;  // (count)
  // (count) mean distance of what is seen; of rays that see nothing, the largest distance at which
  // any ray is sampled.
  Buffer<float> depth;
};

// What the rays see. Throws BadValue when the field has a number that is not finite, and
// std::invalid_argument for options out of range.
//
// Samples are not evaluated where they cannot be seen: in blocks of the box that are proven clear
// (together they change a ray by less than 4e-6) and behind what hides them (less than 2.5e-4, a
// sixteenth of a step of an 8-bit picture). Cost: two evaluations of the field for every sample
// that is left of `samples`.
Rendering render(const Field& field, const RayView& rays, const RenderOptions& options,
                 const Task& task = {});

}  // namespace maquette
