// Extraction with a chosen classifier: tests give it one that is wrong.
#pragma once

#include <functional>

#include "classify.h"
#include "maquette/extract.h"

namespace maquette {

// `makeClassifier` is called once per thread, by the caller's thread.
Extraction extractWith(const PackedField& field, const LatticeTexels& texels,
                       const Lattice& lattice, double level,
                       const std::function<Classifier()>& makeClassifier, const Task& task);

}  // namespace maquette
