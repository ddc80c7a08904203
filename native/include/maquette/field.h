// The triplane field: an implicit function of a point, read from three feature planes and decoded
// by a small network.
//
// With S_p the bilinear read of plane p (zero outside), the first layer already multiplied into the
// planes ("folded": bilinear sampling is linear, so this changes nothing but rounding):
//
//   raw(x, y, z) = decoder(first_bias + S_0(x, y) + S_1(x, z) + S_2(z, y))     S_p(column, row)
//   decoder(h)   = for each layer: h = weight * activation(h) + bias
//
// giving [raw density, r, g, b]. A point is inside a surface where its raw density is greater than
// the level.
#pragma once

#include <cstddef>
#include <memory>

#include "maquette/buffer.h"
#include "maquette/task.h"

namespace maquette {

// The vector instructions a field is computed with. kScalar is portable C++.
enum class InstructionSet { kScalar, kAvx2, kAvx512, kNeon };

// The widest set this machine runs, and whether it runs a given one.
InstructionSet bestInstructionSet();
bool isSupported(InstructionSet set);
// "scalar", "avx2", "avx512" or "neon".
const char* instructionSetName(InstructionSet set);

// Between two layers. silu(x) = x / (1 + e^-x), computed to within 4 units in the last place.
enum class Activation { kRelu, kSilu };

// y = weight x + bias.
struct DenseLayerView {
  std::size_t rows = 0;
  std::size_t columns = 0;
  const float* weight = nullptr;  // (rows, columns)
  const float* bias = nullptr;    // (rows)
};

// Borrowed description of a field; nothing is kept of it after Field's constructor.
struct FieldView {
  std::size_t hidden = 0;  // width of the first layer, 1..1024
  std::size_t height = 0;  // texels of a plane without its border
  std::size_t width = 0;
  const float* planes = nullptr;      // (3, height + 2, width + 2, hidden), border ring of zeros
  const float* first_bias = nullptr;  // (hidden)
  // At least one layer; each takes as many columns as the one before has rows (the first: hidden);
  // the last has 4 rows.
  const DenseLayerView* layers = nullptr;
  std::size_t layer_count = 0;
  Activation activation = Activation::kRelu;
  // A raw colour c is low + (high - low) / (1 + e^-c).
  float colour_low = -0.001f;
  float colour_high = 1.001f;
};

struct PackedField;

// A field laid out for the kernels: a copy of the view's data, about as large. Immutable; any
// number of threads may use one.
class Field {
 public:
  // Throws std::invalid_argument when the shapes do not fit or `set` is not supported here.
  explicit Field(const FieldView& view, InstructionSet set = bestInstructionSet());
  ~Field();
  Field(Field&&) noexcept;
  Field& operator=(Field&&) noexcept;

  const PackedField& packed() const { return *packed_; }

 private:
  std::unique_ptr<const PackedField> packed_;
};

// The field at `points` (count, 3): returns (count, 4) [raw density, r, g, b], colours not
// clamped. Points outside [-1, 1]^3 read zeros beyond the planes;
// a NaN coordinate gives NaN. A point's result does not depend on its neighbours in the batch.
// Cost: three reads of `hidden` channels and one multiply-add per weight and point.
Buffer<float> evaluate(const Field& field, const float* points, std::size_t count,
                       const Task& task = {});

}  // namespace maquette
