// Which lattice cells can hold surface.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "affine-bounds.h"
#include "lattice.h"
#include "packed-field.h"

namespace maquette {

// Verdict on the cells of a brick, by the cell's real corners: candidates are undecided and all
// their corners must be evaluated; any other cell is proven inside or outside as a whole.
struct CellMarks {
  BrickBits candidate;
  BrickBits inside;  // meaningless for candidates
};

// Distinct bricks may be marked from distinct threads.
class MarkGrid {
 public:
  explicit MarkGrid(const Lattice& lattice)
      : inside_(lattice.brickCount(), 0), marks_(lattice.brickCount()) {}

  const CellMarks* marks(std::size_t brick) const { return marks_[brick].get(); }
  bool isInside(std::size_t brick) const { return inside_[brick] != 0; }

  void setInside(std::size_t brick) { inside_[brick] = 1; }
  CellMarks& mark(std::size_t brick) {
    marks_[brick] = std::make_unique<CellMarks>();
    return *marks_[brick];
  }
  CellMarks& marksOf(std::size_t brick) { return *marks_[brick]; }

  // Forgets the marks of a brick whose cells are all proven, and alike.
  void simplify(std::size_t brick) {
    const CellMarks* marks = marks_[brick].get();
    if (!marks) return;
    std::uint32_t candidates = 0;
    std::uint32_t any_inside = 0;
    std::uint32_t all_inside = 0xffff;
    for (int row = 0; row < kBrickRows; ++row) {
      candidates |= marks->candidate[row];
      any_inside |= marks->inside[row];
      all_inside &= marks->inside[row];
    }
    if (candidates != 0 || (any_inside != 0 && all_inside != 0xffff)) return;
    inside_[brick] = any_inside != 0;
    marks_[brick].reset();
  }

 private:
  std::vector<std::uint8_t> inside_;  // of a brick without marks: is it inside as a whole?
  std::vector<std::unique_ptr<CellMarks>> marks_;
};

// Cells per axis of the block that one call of a classifier decides.
constexpr int kRootBricks = 2;

// Decides the bricks of root block `root` in a grid where every brick starts outside.
// Returns the number of blocks bounded. One thread uses one classifier.
using Classifier = std::function<std::uint64_t(const Index3& root, MarkGrid& grid)>;

// Every cell is a candidate.
Classifier makeDenseClassifier(const Lattice& lattice);

// Skips what AffineBounds proves. The arguments must outlive the classifier.
Classifier makeBoundingClassifier(const Lattice& lattice, const PackedField& field,
                                  const LatticeTexels& texels, const BoundingLayers& layers,
                                  float threshold);

}  // namespace maquette
