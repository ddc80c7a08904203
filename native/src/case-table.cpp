#include "case-table.h"

#include <stdexcept>
#include <vector>

namespace maquette {
namespace {

using Loop = std::vector<int>;

int edgeBetween(int corner_a, int corner_b) {
  const int low = corner_a & corner_b;
  switch (corner_a ^ corner_b) {
    case 4:
      return 0 + (low & 3);
    case 2:
      return 4 + ((low >> 1 & 2) | (low & 1));
    default:
      return 8 + (low >> 1 & 3);
  }
}

// The corners of the six faces, counter-clockwise seen from outside the cell.
constexpr int kFaces[6][4] = {{0, 1, 3, 2}, {4, 6, 7, 5}, {0, 4, 5, 1},
                              {2, 3, 7, 6}, {0, 2, 6, 4}, {1, 5, 7, 3}};

bool onOneFace(int edge_a, int edge_b) {
  for (const auto& face : kFaces) {
    int found = 0;
    for (int i = 0; i < 4; ++i) {
      const int edge = edgeBetween(face[i], face[(i + 1) % 4]);
      found += (edge == edge_a) + (edge == edge_b);
    }
    if (found == 2) return true;
  }
  return false;
}

// next[e]: where the segment that begins on cut edge e ends. It begins where a walk around the face
// enters a run of inside corners and ends where the walk leaves it.
std::array<int, 12> linkSegments(int inside) {
  std::array<int, 12> next;
  next.fill(-1);
  for (const auto& face : kFaces) {
    const auto isInside = [&](int i) { return (inside >> face[i % 4] & 1) != 0; };
    for (int start = 0; start < 4; ++start) {
      if (isInside(start) || !isInside(start + 1)) continue;
      int end = start + 1;
      while (isInside(end + 1)) ++end;
      const int entry = edgeBetween(face[start], face[(start + 1) % 4]);
      const int exit = edgeBetween(face[end % 4], face[(end + 1) % 4]);
      next[entry] = exit;
    }
  }
  return next;
}

std::vector<Loop> traceLoops(std::array<int, 12> next) {
  std::vector<Loop> loops;
  for (int first = 0; first < 12; ++first) {
    if (next[first] < 0) continue;
    Loop loop;
    for (int edge = first; next[edge] >= 0;) {
      loop.push_back(edge);
      const int following = next[edge];
      next[edge] = -1;
      edge = following;
    }
    loops.push_back(loop);
  }
  return loops;
}

bool mayJoin(const Loop& loop, int a, int b) {
  const int size = static_cast<int>(loop.size());
  const bool are_neighbours = b - a == 1 || b - a == size - 1;
  return are_neighbours || !onOneFace(loop[a], loop[b]);
}

// Triangulates the part of the loop from vertex a to vertex b; false if face diagonals prevent it.
bool triangulate(const Loop& loop, int a, int b, CubeCase& cube) {
  if (b - a < 2) return true;
  const int middle = (a + b) / 2;
  for (int step = 0; step < b - a - 1; ++step) {
    // The apex nearest to the middle first: short diagonals.
    const int apex = middle + (step % 2 == 0 ? -(step / 2) : (step + 1) / 2);
    if (apex <= a || apex >= b || !mayJoin(loop, a, apex) || !mayJoin(loop, apex, b)) continue;
    const std::uint8_t count = cube.triangle_count;
    if (triangulate(loop, a, apex, cube) && triangulate(loop, apex, b, cube)) {
      cube.triangles[cube.triangle_count++] = {static_cast<std::uint8_t>(loop[a]),
                                               static_cast<std::uint8_t>(loop[apex]),
                                               static_cast<std::uint8_t>(loop[b])};
      return true;
    }
    cube.triangle_count = count;
  }
  return false;
}

std::array<CubeCase, 256> deriveCases() {
  std::array<CubeCase, 256> cases;
  for (int inside = 0; inside < 256; ++inside) {
    CubeCase& cube = cases[inside];
    for (const Loop& loop : traceLoops(linkSegments(inside))) {
      for (const int edge : loop) cube.cut_edges |= static_cast<std::uint16_t>(1 << edge);
      if (!triangulate(loop, 0, static_cast<int>(loop.size()) - 1, cube)) {
        throw std::logic_error("marching cubes: a loop has no triangulation");
      }
    }
  }
  return cases;
}

}  // namespace

const std::array<CubeCase, 256>& cubeCases() {
  static const std::array<CubeCase, 256> cases = deriveCases();
  return cases;
}

}  // namespace maquette
