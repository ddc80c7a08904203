// The closed iso-surface of a triplane field on a lattice over [-1, 1]^3.
//
// Sparse extraction evaluates only the lattice points whose side of the surface cannot be told
// otherwise, and those beside it, and that is proven, not guessed: the field is bounded over blocks with affine arithmetic (de Figueiredo & Stolfi 2004;
// for neural implicits: Sharp & Jacobson 2022, "Spelunking the Deep"), specialised to triplanes and
// widened by the rounding errors of both the bound and the evaluation (src/affine-bounds.h). Sparse
// and dense extraction give the same vertices and triangles, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "maquette/field.h"
#include "maquette/marching-cubes.h"
#include "maquette/task.h"

namespace maquette {

struct ExtractOptions {
  // Lattice points per axis, 2..2048: point (i, j, k) stands at -1 + 2 (i, j, k) / (resolution - 1).
  std::size_t resolution = 256;
  // Raw density of the surface: a point is inside when its raw density is greater.
  double level = 0;
  // Skip points proven inside or outside; otherwise evaluate every lattice point.
  bool sparse = true;
};

struct Extraction {
  Mesh mesh;  // positions in the model's frame, within [-1, 1]
  std::uint64_t evaluated_points = 0;  // lattice points whose density was evaluated
  std::uint64_t bounded_blocks = 0;    // blocks whose density range was bounded
  // Blocks with a point beside the surface whose value contradicts its proof. They are evaluated
  // whole, so that the surface is closed in any case; by the proof above their number is 0.
  std::uint64_t missed_blocks = 0;
};

// The surface where the field's raw density crosses `level`, capped flat where it meets the box.
//
// Throws BadValue when the field has a number that is not finite or a density overflows, and
// std::invalid_argument for a resolution out of range.
// Sparse cost grows with the surface's area (like resolution^2), and so does memory: some 40 MB at
// 512^3 for one object. Dense cost and memory (4 bytes a point) grow like resolution^3.
Extraction extract(const Field& field, const ExtractOptions& options, const Task& task = {});

}  // namespace maquette
