// Where each lattice point reads the planes, per axis: the same for x, y and z.
#pragma once

#include <vector>

#include "packed-field.h"

namespace maquette {

// Coordinate of lattice point `index` of `resolution`.
inline double latticeCoordinate(double index, std::size_t resolution) {
  return -1 + 2 * index / static_cast<double>(resolution - 1);
}

struct LatticeTexels {
  LatticeTexels(const PackedField& field, std::size_t resolution)
      : as_column(resolution), as_row(resolution) {
    for (std::size_t i = 0; i < resolution; ++i) {
      const float g = static_cast<float>(latticeCoordinate(static_cast<double>(i), resolution));
      as_column[i] = texelAt(g, field.width);
      as_row[i] = texelAt(g, field.height);
    }
  }

  std::vector<Texel> as_column;  // (resolution)
  std::vector<Texel> as_row;
};

}  // namespace maquette
