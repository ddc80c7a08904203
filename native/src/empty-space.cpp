#include "empty-space.h"

#include <cmath>

#include "classify.h"
#include "lattice-texels.h"

namespace maquette {
namespace {

constexpr std::size_t kRoots = 4;  // of a lattice of 128 points, per axis
static_assert(kRoots * kRootBricks * kBrick == 128, "root blocks tile the lattice");

Index3 indexIn(std::size_t index, std::size_t side) {
  return {static_cast<int>(index / side / side), static_cast<int>(index / side % side),
          static_cast<int>(index % side)};
}

// Bits of the cells of a brick's row that are proven outside.
std::uint16_t outsideOf(const MarkGrid& grid, std::size_t brick, int row) {
  const BrickMarks* marks = grid.marks(brick);
  if (!marks) return grid.isInside(brick) ? 0 : 0xffff;
  return static_cast<std::uint16_t>(~(marks->open[row] | marks->inside[row]));
}

}  // namespace

EmptySpace::EmptySpace(const PackedField& field, float level, const Task& task, ProgressSpan span)
    : rows_(kPoints * kPoints * kWords) {
  constexpr int size = kPoints;
  const Lattice lattice{{size, size, size}, 0};
  const LatticeTexels texels(field, kPoints);
  const ClassifierPlan plan(lattice, field, texels, level, Unit::kCell);
  std::vector<Classifier> classifiers;
  for (unsigned i = 0; i < workerCount(task); ++i) {
    classifiers.push_back(makeBoundingClassifier(plan));
  }
  MarkGrid grid(lattice);
  parallelFor(task, kRoots * kRoots * kRoots, 1, span, [&](std::size_t root, unsigned worker) {
    classifiers[worker](indexIn(root, kRoots), grid);
  });
  for (std::size_t brick = 0; brick < lattice.brickCount(); ++brick) {
    const Index3 at = lattice.brickAt(brick);
    for (int row = 0; row < kBrickRows; ++row) {
      const std::size_t i = static_cast<std::size_t>(at[0] * kBrick + row / kBrick);
      const std::size_t j = static_cast<std::size_t>(at[1] * kBrick + row % kBrick);
      rows_[(i * kPoints + j) * kWords + static_cast<std::size_t>(at[2])] =
          outsideOf(grid, brick, row);
    }
  }
}

}  // namespace maquette
