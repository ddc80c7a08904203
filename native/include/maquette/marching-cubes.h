// Marching cubes with closed, manifold output.
//
// Cells are cut after Lorensen & Cline 1987. The case table is derived in code (src/case-table.h):
// a face with four cut edges always separates its inside corners, so the two cells that share it
// agree (the ambiguity of the original tables), and no loop is triangulated with a diagonal that
// joins two edges of one cell face, so no mesh edge can be made twice. Consequently, for every
// assignment of signs to a closed grid: each edge lies in exactly two triangles, in opposite
// directions, and the triangles around a vertex form one cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "maquette/buffer.h"
#include "maquette/task.h"

namespace maquette {

// Counter-clockwise triangles seen from outside (from the lower values).
struct Mesh {
  Buffer<float> positions;         // (V, 3) xyz
  Buffer<std::uint32_t> triangles;  // (T, 3) indices into positions
  std::uint64_t active_cells = 0;  // cells that the surface crosses
};

// The iso-surface of a dense grid.
//
// `volume` is (size[0], size[1], size[2]), x slowest, 1 to 2^20 points an axis; it is not modified
// and must not change during the call. A point is inside when its value is greater than `iso`.
// Vertices are in index units, one per cut grid edge, shared; on an edge between values a and b the
// vertex stands at (iso - a) / (b - a), computed in f64.
// With `closed`, everything beyond the grid counts as outside and the surface is capped flat on the
// grid's faces; without, it ends open there. An empty result is not an error.
//
// Throws BadValue naming the first value that is not finite, and when there are more than 2^32 - 1
// vertices. The output does not depend on the number of threads.
// Cost: one pass over the volume plus work in proportion to the surface; extra memory: the result,
// and about 1 byte per grid point of the 16^3 bricks that the surface runs through.
Mesh marchingCubes(const float* volume, const std::array<std::size_t, 3>& size, double iso,
                   bool closed, const Task& task = {});

}  // namespace maquette
