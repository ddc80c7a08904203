// The 256 ways a surface can cut a cell, derived from the cube's topology.
//
// Corner c of a cell stands at (c >> 2 & 1, c >> 1 & 1, c & 1). Edge 4 * axis + q runs along `axis`
// from the corner whose other two coordinates, in axis order, are (q >> 1, q & 1).
//
// On each face, the cut edges are joined by directed segments around every run of inside corners:
// with four cut edges (inside corners diagonally opposite) each inside corner gets a segment of its
// own. The rule looks at the face's signs only, so the cell on the other side draws the same
// segments in the opposite direction. Every cut edge lies on two faces of the cell and is entered
// on one and left on the other, so the segments link to closed loops. A loop is triangulated
// with the shortest diagonals that do not join two edges of one face (some exist for every loop;
// the derivation checks it): such a diagonal is the only mesh edge two cells could both make. So a
// mesh edge is either a segment, used once by each of the two cells at its face, or a diagonal
// inside one cell, used by its two triangles.
#pragma once

#include <array>
#include <cstdint>

namespace maquette {

struct CubeCase {
  std::uint16_t cut_edges = 0;  // bit e: edge e is cut
  std::uint8_t triangle_count = 0;
  std::array<std::array<std::uint8_t, 3>, 5> triangles{};  // of edges, outward
};

// Indexed by the bits of the inside corners.
const std::array<CubeCase, 256>& cubeCases();

}  // namespace maquette
