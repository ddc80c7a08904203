// Which lattice points, or cells, have to be looked at.
#pragma once

#include <cstdint>
#include <functional>

#include "affine-bounds.h"
#include "axis-cuts.h"
#include "lattice.h"
#include "packed-field.h"
#include "root-marks.h"

namespace maquette {

// Decides the bricks of root block `root` in a grid where every brick starts outside.
// Returns the number of boxes bounded. One thread uses one classifier.
using Classifier = std::function<std::uint64_t(const Index3& root, MarkGrid& grid)>;

// Every point is open.
Classifier makeDenseClassifier(const Lattice& lattice);

// What is classified: lattice points, or the cells between them (by their lowest point), which are
// outside, or inside, when they are throughout.
enum class Unit { kPoint, kCell };

// What the threads share. The field and the texels must outlive it.
struct ClassifierPlan {
  ClassifierPlan(const Lattice& lattice, const PackedField& field, const LatticeTexels& texels,
                 float threshold, Unit unit);

  const Lattice lattice;
  const PackedField& field;
  const LatticeTexels& texels;
  const float threshold;
  const int span;  // lattice steps from a unit's first to its last point
  const BoundingLayers layers;
  const AxisCuts cuts;
};

// Leaves open what AffineBounds does not prove. The plan must outlive the classifier.
Classifier makeBoundingClassifier(const ClassifierPlan& plan);

}  // namespace maquette
