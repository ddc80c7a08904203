// Density and colour at arbitrary points.
#pragma once

#include "packed-field.h"

namespace maquette {

// Working memory of one thread.
class PointEvaluator {
 public:
  static constexpr std::size_t kBatch = 96;

  explicit PointEvaluator(const PackedField& field);

  // points (count, 3) -> out (count, 4) [raw density, r, g, b], count <= kBatch
  void evaluate(const float* points, std::size_t count, float* out);

 private:
  FirstLayerTerms readPlanes(const float* point, std::size_t slot);

  const PackedField& field_;
  Decoder decoder_;
  Buffer<float> reads_;  // (kBatch, 3, stride)
};

}  // namespace maquette
