// Signs and values on a lattice -> triangles.
//
// Output order is fixed: bricks in lattice order; vertices by the row of the edge that owns them,
// then axis, then position; triangles by cell. A vertex's index is its brick's base plus its rank
// in the brick's edge bits, so no table of vertices is searched.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "bits.h"
#include "case-table.h"
#include "lattice.h"
#include "maquette/marching-cubes.h"
#include "parallel.h"
#include "sign-grid.h"

namespace maquette {

// The cut edges of one brick.
struct BrickEdges {
  std::array<BrickBits, 3> cut;                                // by axis
  std::array<std::array<std::uint16_t, 3>, kBrickRows> first;  // rank of a row's first vertex
  std::uint32_t vertex_count = 0;
  std::uint32_t triangle_count = 0;
  std::uint32_t cell_count = 0;
  std::uint32_t vertex_base = 0;
  std::uint64_t triangle_base = 0;
};

// Calls visit(i, j, k, case index) for each cell of the brick that the surface crosses, in order.
template <typename Visit>
void forEachCutCell(const Lattice& lattice, const Index3& brick, const SpanBits& signs,
                    const Visit& visit) {
  const Index3 points = lattice.extended();
  const int ends[3] = {points[0] - 1 - brick[0] * kBrick, points[1] - 1 - brick[1] * kBrick,
                       points[2] - 1 - brick[2] * kBrick};
  const std::uint32_t exists = bitRange(0, ends[2]);
  for (int i = 0; i < std::min(kBrick, ends[0]); ++i) {
    for (int j = 0; j < std::min(kBrick, ends[1]); ++j) {
      const std::uint32_t* row = &signs[i * kSpan + j];
      const std::uint32_t a = row[0];
      const std::uint32_t b = row[1];
      const std::uint32_t c = row[kSpan];
      const std::uint32_t d = row[kSpan + 1];
      const std::uint32_t all = a & b & c & d;
      const std::uint32_t any = a | b | c | d;
      std::uint32_t cut = (any | any >> 1) & ~(all & all >> 1) & exists;
      for (; cut != 0; cut &= cut - 1) {
        const unsigned k = lowestBit(cut);
        const unsigned inside =
            (a >> k & 3) | (b >> k & 3) << 2 | (c >> k & 3) << 4 | (d >> k & 3) << 6;
        visit(i, j, static_cast<int>(k), inside);
      }
    }
  }
}

// Edges towards points beyond the lattice do not exist.
inline void findCutEdges(const Lattice& lattice, const Index3& brick, const SpanBits& signs,
                         BrickEdges& edges) {
  const Index3 points = lattice.extended();
  const int ends[3] = {points[0] - brick[0] * kBrick, points[1] - brick[1] * kBrick,
                       points[2] - brick[2] * kBrick};
  const std::uint32_t point_exists = bitRange(0, ends[2]);
  const std::uint32_t z_edge_exists = bitRange(0, ends[2] - 1);
  std::uint32_t rank = 0;
  for (int i = 0; i < kBrick; ++i) {
    for (int j = 0; j < kBrick; ++j) {
      const int row = i * kBrick + j;
      const std::uint32_t* here = &signs[i * kSpan + j];
      const bool row_exists = i < ends[0] && j < ends[1];
      const std::uint32_t cut[3] = {
          row_exists && i + 1 < ends[0] ? (here[0] ^ here[kSpan]) & point_exists : 0,
          row_exists && j + 1 < ends[1] ? (here[0] ^ here[1]) & point_exists : 0,
          row_exists ? (here[0] ^ here[0] >> 1) & z_edge_exists : 0};
      for (int axis = 0; axis < 3; ++axis) {
        edges.cut[axis][row] = static_cast<std::uint16_t>(cut[axis]);
        edges.first[row][axis] = static_cast<std::uint16_t>(rank);
        rank += countBits(cut[axis]);
      }
    }
  }
  edges.vertex_count = rank;
}

class Polygoniser {
 public:
  Polygoniser(const SignGrid& grid, const Task& task, ProgressSpan span)
      : grid_(grid), lattice_(grid.lattice()), task_(task), span_(span) {}

  // valueAt(extended point) -> f32, asked for the real ends of cut edges;
  // toPosition(real coordinate in index units) -> f32.
  template <typename ValueAt, typename ToPosition>
  Mesh run(double iso, const ValueAt& valueAt, const ToPosition& toPosition) {
    findEdges();
    Mesh mesh = allocate();
    forBricks(1, [&](const Index3& brick, const BrickEdges& edges) {
      writeVertices(brick, edges, iso, valueAt, toPosition, mesh.positions.data());
    });
    forBricks(2, [&](const Index3& brick, const BrickEdges& edges) {
      writeTriangles(brick, edges, mesh.triangles.data());
    });
    return mesh;
  }

 private:
  static constexpr std::size_t kGrain = 32;

  ProgressSpan third(int index) const {
    const int length = span_.end - span_.begin;
    return {span_.begin + length * index / 3, span_.begin + length * (index + 1) / 3};
  }

  template <typename Body>
  void forBricks(int stage, const Body& body) {
    parallelFor(task_, bricks_.size(), kGrain, third(stage), [&](std::size_t index, unsigned) {
      if (bricks_[index]) body(lattice_.brickAt(index), *bricks_[index]);
    });
  }

  void findEdges() {
    bricks_.resize(lattice_.brickCount());
    const auto& cases = cubeCases();
    parallelFor(task_, bricks_.size(), kGrain, third(0), [&](std::size_t index, unsigned) {
      const Index3 brick = lattice_.brickAt(index);
      if (!canBeCut(grid_, brick)) return;
      const SpanBits signs = gatherSigns(grid_, brick);
      auto edges = std::make_unique<BrickEdges>();
      findCutEdges(lattice_, brick, signs, *edges);
      forEachCutCell(lattice_, brick, signs, [&](int, int, int, unsigned inside) {
        edges->triangle_count += cases[inside].triangle_count;
        ++edges->cell_count;
      });
      if (edges->vertex_count + edges->cell_count > 0) bricks_[index] = std::move(edges);
    });
  }

  Mesh allocate() {
    std::uint64_t vertices = 0;
    std::uint64_t triangles = 0;
    Mesh mesh;
    for (const auto& edges : bricks_) {
      if (!edges) continue;
      edges->vertex_base = static_cast<std::uint32_t>(vertices);
      edges->triangle_base = triangles;
      vertices += edges->vertex_count;
      triangles += edges->triangle_count;
      mesh.active_cells += edges->cell_count;
    }
    if (vertices > std::numeric_limits<std::uint32_t>::max()) {
      throw BadValue("the surface has " + std::to_string(vertices) +
                     " vertices, more than 32-bit indices reach");
    }
    mesh.positions = Buffer<float>(vertices * 3);
    mesh.triangles = Buffer<std::uint32_t>(triangles * 3);
    return mesh;
  }

  // Where an edge from `low` upwards along `axis` is cut, in [0, 1]. At the ring it is cut at its
  // real end, which caps the surface on the face of the grid.
  template <typename ValueAt>
  double cutPlace(const Index3& low, int axis, double iso, const ValueAt& valueAt) const {
    if (!lattice_.isReal(axis, low[axis])) return 1;
    Index3 high = low;
    ++high[axis];
    if (!lattice_.isReal(axis, high[axis])) return 0;
    const double a = valueAt(low);
    const double b = valueAt(high);
    const double place = (iso - a) / (b - a);
    return place < 0 ? 0 : place > 1 ? 1 : place;
  }

  template <typename ValueAt, typename ToPosition>
  void writeVertices(const Index3& brick, const BrickEdges& edges, double iso,
                     const ValueAt& valueAt, const ToPosition& toPosition,
                     float* positions) const {
    float* out = positions + 3 * static_cast<std::size_t>(edges.vertex_base);
    for (int row = 0; row < kBrickRows; ++row) {
      for (int axis = 0; axis < 3; ++axis) {
        for (std::uint32_t cut = edges.cut[axis][row]; cut != 0; cut &= cut - 1) {
          const Index3 low{brick[0] * kBrick + row / kBrick, brick[1] * kBrick + row % kBrick,
                           brick[2] * kBrick + static_cast<int>(lowestBit(cut))};
          const double place = cutPlace(low, axis, iso, valueAt);
          for (int i = 0; i < 3; ++i) {
            *out++ = toPosition(low[i] - lattice_.ring + (i == axis ? place : 0.0));
          }
        }
      }
    }
  }

  // Index of the vertex on the edge that leaves extended point (i, j, k) of this brick's span.
  std::uint32_t vertexIndex(const std::array<const BrickEdges*, 8>& owners, int axis, int i, int j,
                            int k) const {
    const BrickEdges& owner = *owners[(i >> 4) << 2 | (j >> 4) << 1 | k >> 4];
    const int row = (i & 15) * kBrick + (j & 15);
    const std::uint32_t before = owner.cut[axis][row] & ((1u << (k & 15)) - 1);
    return owner.vertex_base + owner.first[row][axis] + countBits(before);
  }

  void writeTriangles(const Index3& brick, const BrickEdges& edges,
                      std::uint32_t* triangles) const {
    std::array<const BrickEdges*, 8> owners{};
    for (int part = 0; part < 8; ++part) {
      const Index3 other{brick[0] + (part >> 2), brick[1] + (part >> 1 & 1), brick[2] + (part & 1)};
      if (lattice_.hasBrick(other)) owners[part] = bricks_[lattice_.brickIndex(other)].get();
    }
    const auto& cases = cubeCases();
    std::uint32_t* out = triangles + 3 * edges.triangle_base;
    const auto visit = [&](int i, int j, int k, unsigned inside) {
      const CubeCase& cube = cases[inside];
      std::uint32_t vertices[12];
      for (std::uint32_t cut = cube.cut_edges; cut != 0; cut &= cut - 1) {
        const unsigned edge = lowestBit(cut);
        const int high = edge >> 1 & 1;
        const int low = edge & 1;
        const int axis = static_cast<int>(edge >> 2);
        vertices[edge] = axis == 0   ? vertexIndex(owners, 0, i, j + high, k + low)
                         : axis == 1 ? vertexIndex(owners, 1, i + high, j, k + low)
                                     : vertexIndex(owners, 2, i + high, j + low, k);
      }
      for (int t = 0; t < cube.triangle_count; ++t) {
        for (const std::uint8_t edge : cube.triangles[t]) *out++ = vertices[edge];
      }
    };
    forEachCutCell(lattice_, brick, gatherSigns(grid_, brick), visit);
  }

  const SignGrid& grid_;
  const Lattice lattice_;
  const Task& task_;
  const ProgressSpan span_;
  std::vector<std::unique_ptr<BrickEdges>> bricks_;
};

}  // namespace maquette
