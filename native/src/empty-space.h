// Which parts of the box a ray need not look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "maquette/task.h"
#include "packed-field.h"
#include "parallel.h"

namespace maquette {

// Cells of the box whose raw density is proven to stay at or below a level. (The bounds of
// affine-bounds.h hold between a cell's corners too, and for the f32 values the kernels compute.)
class EmptySpace {
 public:
  // No cell is known to be empty.
  EmptySpace() = default;

  EmptySpace(const PackedField& field, float level, const Task& task, ProgressSpan span);

  // Whether a point of [-1, 1]^3 lies in such a cell.
  bool contains(const float* point) const {
    if (rows_.empty()) return false;
    const std::size_t i = cellOf(point[0]);
    const std::size_t j = cellOf(point[1]);
    const std::size_t k = cellOf(point[2]);
    return rows_[(i * kPoints + j) * kWords + k / 16] >> k % 16 & 1;
  }

 private:
  static constexpr std::size_t kPoints = 128;  // of the lattice, per axis
  static constexpr std::size_t kWords = kPoints / 16;

  // A coordinate that rounding puts beside its cell is covered by the bounds' own slack.
  static std::size_t cellOf(float coordinate) {
    const float cell = (coordinate + 1) * (0.5f * (kPoints - 1));
    return cell < kPoints - 1 ? static_cast<std::size_t>(cell) : kPoints - 2;
  }

  std::vector<std::uint16_t> rows_;  // (kPoints, kPoints, kWords), a bit per cell
};

}  // namespace maquette
