// A field as the kernels read it: channels padded to whole lanes, weights in panels.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "maquette/buffer.h"
#include "maquette/field.h"
#include "simd.h"

namespace maquette {

// A dense layer for DenseJob. Padding rows have zero weight and bias, so their output is 0.
struct PackedLayer {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;  // rows, padded
  Buffer<float> weight;    // (stride / kLane, columns, kLane)
  Buffer<float> bias;      // (stride)
};

// `weight` (rows, columns), `bias` (rows).
PackedLayer packLayer(std::size_t rows, std::size_t columns, const float* weight,
                      const float* bias);

struct PackedField {
  const Simd* simd = nullptr;
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t hidden = 0;
  std::size_t stride = 0;    // hidden, padded
  Buffer<float> planes;      // (3, height + 2, width + 2, stride)
  Buffer<float> first_bias;  // (stride)
  std::vector<PackedLayer> layers;
  std::size_t widest = 0;         // largest stride of any layer, the first included
  Buffer<float> density_weight;   // row 0 of the last layer, padded to its input's stride
  float density_bias = 0;
  Activation activation = Activation::kRelu;
  float colour_low = 0;
  float colour_high = 0;
  std::string flaw;  // which number of the view is not finite; empty if all are

  std::size_t rowStride() const { return (width + 2) * stride; }
  const float* plane(std::size_t index) const {
    return planes.data() + index * (height + 2) * rowStride();
  }
};

// Working memory of one thread for a batch of points.
class Decoder {
 public:
  Decoder(const PackedField& field, std::size_t batch);

  // First-layer activations of up to `batch` points, (batch, field.stride), to be filled by the
  // caller before either of:
  float* input() { return front_.data(); }
  // out (count): raw densities.
  void densities(std::size_t count, float* out);
  // Rows (count, kLane), of which the first four numbers are the decoder's output.
  const float* outputs(std::size_t count);

 private:
  void runHidden(std::size_t count);
  void runLayer(const PackedLayer& layer, std::size_t count, std::optional<Activation> activation);

  const PackedField& field_;
  std::size_t in_stride_ = 0;
  Buffer<float> front_;
  Buffer<float> back_;
};

// Where [-1, 1] coordinate `g` reads an axis of `size` texels, in a plane with a border ring.
Texel texelAt(float g, std::size_t size);

}  // namespace maquette
