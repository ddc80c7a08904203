// The inner loops, one table of functions per instruction set.
//
// All of them work on rows of channels padded with zeros to a multiple of kLane floats, on 64-byte
// boundaries. Every output element is computed by a fixed sequence of operations that does not
// depend on its row's position in a batch, so a point's value is the same, bit for bit, wherever it
// is computed. (avx2, avx512 and neon also agree with one another; scalar, which has no fused
// multiply-add, differs by rounding.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "maquette/field.h"

namespace maquette {

constexpr std::size_t kLane = 16;

inline std::size_t padToLane(std::size_t count) { return (count + kLane - 1) / kLane * kLane; }

// out = activation(in * weight^T + bias) for `count` rows; terms are added in column order.
struct DenseJob {
  const float* in;      // (count, in_stride)
  std::size_t in_stride;
  std::size_t count;
  const float* weight;  // (out_stride / kLane, columns, kLane): panels of kLane rows, transposed
  const float* bias;    // (out_stride)
  std::size_t columns;
  float* out;           // (count, out_stride)
  std::size_t out_stride;
  std::optional<Activation> activation;
};

// One lattice point's terms of the first layer, each (n).
struct FirstLayerTerms {
  const float* xy;  // bias included
  const float* xz;
  const float* zy;
};

// Where a plane is read along one axis: texels `index` and `index + 1`, weighted by `fraction`.
struct Texel {
  std::int32_t index;
  float fraction;
};

// A read of a plane at one corner of the bilinear pieces of a rectangle, and where in it: -1..1.
struct TileAxis {
  const Texel* texels;  // (count), the first and last being the rectangle's ends
  const float* place;   // (count)
  std::size_t count;
};

// Encloses a plane's sample over a rectangle: centre + u slope_u + v slope_v + u v twist +- radius.
// The radius is 0 where no texel centre lies between the rectangle's ends.
struct TileJob {
  const float* plane;  // (rows, row_stride / n, n)
  std::size_t row_stride;
  std::size_t n;
  TileAxis columns;
  TileAxis rows;
  float* out;  // (kTileParts, n): centre, slope_u, slope_v, twist, radius
};
constexpr std::size_t kTileParts = 5;

// A function of a box's coordinates, each in [-1, 1], is the coefficients of
// 1, u, v, w, uv, uw, vw.
constexpr std::size_t kTerms = 7;

// Values enclosed by such functions and a radius, of `count` boxes: (kFormParts, count, n).
constexpr std::size_t kFormParts = kTerms + 1;
struct BoxForms {
  const float* values;
  std::size_t count;
  std::size_t n;
};

// low_slope x + low_offset <= activation(x) <= slope x + above for every value x of a form.
struct ActivationLines {
  float* slope;  // each (count, n)
  float* above;
  float* low_slope;
  float* low_offset;
  float* norm;  // (count): Euclidean norm of the largest magnitudes behind or before the activation
};

// Linear functionals on hidden values, two to a block: the first half of the rows belongs to blocks
// 0, 1, 2..., so does the second half.
struct Functionals {
  float* rows;  // (2 count, n)
  std::size_t count;
  std::size_t n;
};

struct Simd {
  InstructionSet set;

  void (*dense)(const DenseJob& job);

  // out[i] = bias + weight . rows[i], for `count` rows of n floats.
  void (*dot)(const float* rows, std::size_t n, std::size_t count, const float* weight, float bias,
              float* out);

  // out = base + the bilinear read of a plane; `base` may be null.
  void (*sample)(const float* plane, std::size_t row_stride, std::size_t n, Texel column, Texel row,
                 const float* base, float* out);

  // out[i] = activation((xy + xz) + zy) of terms[i], (count, n).
  void (*firstLayer)(const FirstLayerTerms* terms, std::size_t count, std::size_t n,
                     Activation activation, float* out);

  void (*enclosePlane)(const TileJob& job);

  // Sum of the tiles of one box and `bias`, radius widened by `radius`; part k of the result goes
  // to out + k * part.
  void (*addTiles)(const float* const tiles[3], const float* bias, const float* radius,
                   std::size_t n, float* out, std::size_t part);

  // Lines around the activation of `forms`, and in `out` forms that enclose it, their radii widened
  // by `slack` times the largest magnitude they can take.
  void (*relax)(const BoxForms& forms, Activation activation, float slack, float* out,
                const ActivationLines& lines);

  // Replaces functionals f of activation(x) by functionals g with f(activation(x)) <= g(x) + shift.
  // Writes shift (2 count), rounding included, and the norms of the new functionals.
  void (*boundBehind)(const Functionals& functionals, const ActivationLines& lines, float* shift,
                      float* norm);

  // Values of functionals over the boxes' forms: out (2 count, kFormParts + 1) terms, largest
  // effect of the radii, norm of the largest magnitudes of the form.
  void (*applyFunctionals)(const Functionals& functionals, const BoxForms& forms, float* out);

  // Bit i of `words` (little-endian bit order) = values[i] > threshold; false if a value is not
  // finite.
  bool (*packSigns)(const float* values, std::size_t count, float threshold, std::uint64_t* words);
};

// Null when the set is not compiled in.
const Simd* scalarSimd();
const Simd* avx2Simd();
const Simd* avx512Simd();
const Simd* neonSimd();

// The functions of a supported set.
const Simd& simdOf(InstructionSet set);

}  // namespace maquette
