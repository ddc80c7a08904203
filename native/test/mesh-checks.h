// What must hold of every closed surface.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "check.h"
#include "maquette/marching-cubes.h"

namespace maquette::test {

inline std::size_t vertexCount(const Mesh& mesh) { return mesh.positions.size() / 3; }
inline std::size_t triangleCount(const Mesh& mesh) { return mesh.triangles.size() / 3; }

// Each directed edge occurs once and its opposite too; the triangles around each vertex are one
// cycle; every vertex is used.
inline void checkClosed(const Mesh& mesh, const std::string& name) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
  // around[v]: for each triangle at v, from its next corner to the one after.
  std::vector<std::map<std::uint32_t, std::uint32_t>> around(vertexCount(mesh));
  for (std::size_t t = 0; t < triangleCount(mesh); ++t) {
    for (int i = 0; i < 3; ++i) {
      const std::uint32_t a = mesh.triangles[3 * t + i];
      const std::uint32_t b = mesh.triangles[3 * t + (i + 1) % 3];
      const std::uint32_t c = mesh.triangles[3 * t + (i + 2) % 3];
      CHECK(a < vertexCount(mesh) && a != b, name + ": index");
      const int uses = ++edges[std::make_pair(a, b)];
      CHECK(uses == 1, name + ": directed edge used twice");
      around[a][b] = c;
    }
  }
  for (const auto& [edge, count] : edges) {
    const auto opposite = std::make_pair(edge.second, edge.first);
    CHECK(count == 1 && edges.count(opposite) == 1, name + ": open edge");
  }
  for (const auto& links : around) {
    CHECK(!links.empty(), name + ": unused vertex");
    std::size_t steps = 0;
    std::uint32_t at = links.begin()->first;
    do {
      at = links.at(at);
      ++steps;
    } while (at != links.begin()->first && steps <= links.size());
    CHECK(steps == links.size(), name + ": several fans at a vertex");
  }
}

// By the divergence theorem; positive when the triangles face outwards.
inline double enclosedVolume(const Mesh& mesh) {
  double six_volumes = 0;
  for (std::size_t t = 0; t < triangleCount(mesh); ++t) {
    double p[3][3];
    for (int i = 0; i < 3; ++i) {
      for (int axis = 0; axis < 3; ++axis) {
        p[i][axis] = mesh.positions[3 * static_cast<std::size_t>(mesh.triangles[3 * t + i]) + axis];
      }
    }
    six_volumes += p[0][0] * (p[1][1] * p[2][2] - p[1][2] * p[2][1]) +
                   p[0][1] * (p[1][2] * p[2][0] - p[1][0] * p[2][2]) +
                   p[0][2] * (p[1][0] * p[2][1] - p[1][1] * p[2][0]);
  }
  return six_volumes / 6;
}

template <typename T>
bool same(const Buffer<T>& a, const Buffer<T>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i])) return false;
  }
  return true;
}

inline bool same(const Mesh& a, const Mesh& b) {
  return same(a.positions, b.positions) && same(a.triangles, b.triangles) &&
         a.active_cells == b.active_cells;
}

}  // namespace maquette::test
