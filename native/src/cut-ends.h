// Which points vertices are interpolated between.
#pragma once

#include "lattice.h"
#include "sign-grid.h"

namespace maquette {

// Bits of the brick's points that are real.
BrickBits realPoints(const Lattice& lattice, const Index3& brick);

// Whether cutEnds can have any bits; quickly.
bool hasCutEnds(const SignGrid& signs, const Index3& brick);

// Bits of the brick's points at which an edge between real points of different sign begins or ends.
BrickBits cutEnds(const SignGrid& signs, const Index3& brick);

}  // namespace maquette
