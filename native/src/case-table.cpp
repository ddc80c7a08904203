#include "case-table.h"

#include <stdexcept>
#include <utility>
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

struct Segment {
  int from;
  int to;
};

// Around each run of a face's inside corners, from where a walk around the face enters the run to
// where it leaves it.
std::vector<Segment> faceSegments(int inside) {
  std::vector<Segment> segments;
  for (const auto& face : kFaces) {
    const auto isInside = [&](int i) { return (inside >> face[i & 3] & 1) != 0; };
    const auto edgeAfter = [&](int i) { return edgeBetween(face[i & 3], face[(i + 1) & 3]); };
    for (int last = 0; last < 4; ++last) {
      if (!isInside(last) || isInside(last + 1)) continue;
      int before = last + 3;
      while (isInside(before)) before += 3;
      segments.push_back({edgeAfter(before), edgeAfter(last)});
    }
  }
  return segments;
}

std::vector<Loop> linkLoops(const std::vector<Segment>& segments) {
  std::array<int, 12> next;
  next.fill(-1);
  for (const Segment& segment : segments) next[segment.from] = segment.to;
  std::vector<Loop> loops;
  for (const Segment& segment : segments) {
    Loop loop;
    for (int edge = segment.from; next[edge] >= 0;) {
      loop.push_back(edge);
      edge = std::exchange(next[edge], -1);
    }
    if (!loop.empty()) loops.push_back(loop);
  }
  return loops;
}

// Of the middle of an edge, in halves of the cell.
std::array<int, 3> middleOf(int edge) {
  const int high = (edge >> 1 & 1) * 2;
  const int low = (edge & 1) * 2;
  switch (edge >> 2) {
    case 0:
      return {1, high, low};
    case 1:
      return {high, 1, low};
    default:
      return {high, low, 1};
  }
}

constexpr int kForbidden = 1 << 20;

// Squared length; forbidden within a face.
int diagonalCost(int edge_a, int edge_b) {
  if (onOneFace(edge_a, edge_b)) return kForbidden;
  const std::array<int, 3> a = middleOf(edge_a);
  const std::array<int, 3> b = middleOf(edge_b);
  int cost = 0;
  for (int axis = 0; axis < 3; ++axis) cost += (a[axis] - b[axis]) * (a[axis] - b[axis]);
  return cost;
}

struct Triangulation {
  int cost = 0;
  std::vector<std::array<std::uint8_t, 3>> triangles;
};

// The triangulation of the loop's vertices from a to b with the shortest diagonals.
Triangulation triangulate(const Loop& loop, int a, int b) {
  Triangulation best;
  if (b - a < 2) return best;
  best.cost = kForbidden;
  for (int apex = a + 1; apex < b; ++apex) {
    const Triangulation left = triangulate(loop, a, apex);
    const Triangulation right = triangulate(loop, apex, b);
    const int cost = left.cost + right.cost +
                     (apex - a > 1 ? diagonalCost(loop[a], loop[apex]) : 0) +
                     (b - apex > 1 ? diagonalCost(loop[apex], loop[b]) : 0);
    if (cost >= best.cost) continue;
    best.cost = cost;
    best.triangles = {{static_cast<std::uint8_t>(loop[a]), static_cast<std::uint8_t>(loop[apex]),
                       static_cast<std::uint8_t>(loop[b])}};
    for (const Triangulation* part : {&left, &right}) {
      best.triangles.insert(best.triangles.end(), part->triangles.begin(), part->triangles.end());
    }
  }
  return best;
}

std::array<CubeCase, 256> deriveCases() {
  std::array<CubeCase, 256> cases;
  for (int inside = 0; inside < 256; ++inside) {
    CubeCase& cube = cases[inside];
    for (const Loop& loop : linkLoops(faceSegments(inside))) {
      for (const int edge : loop) cube.cut_edges |= static_cast<std::uint16_t>(1 << edge);
      const Triangulation best = triangulate(loop, 0, static_cast<int>(loop.size()) - 1);
      if (best.cost >= kForbidden) {
        throw std::logic_error("marching cubes: a loop has no triangulation");
      }
      for (const auto& triangle : best.triangles) cube.triangles[cube.triangle_count++] = triangle;
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
