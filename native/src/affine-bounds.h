// Guaranteed bounds of the raw density over boxes of lattice points.
//
// The field is bounded in two passes over the network.
//
// (1) Forwards, by affine arithmetic (de Figueiredo & Stolfi, "Affine Arithmetic: Concepts and
// Applications", 2004; for neural implicit surfaces Sharp & Jacobson, "Spelunking the Deep:
// Guaranteed Queries on General Neural Implicit Surfaces via Range Analysis", 2022): every hidden
// value over a box is enclosed as
//
//   value(u, v, w) = c + gx u + gy v + gz w  +-  r,      u, v, w in [-1, 1] across the box
//
// - Input: a plane's sample over the box's projection is continuous and piecewise bilinear. Its
//   deviation from any affine function takes its extremes at the corners of the pieces: rectangle
//   corners and crossings with the lines through texel centres. r is half the range of those.
// - Linear layer: c and g go through the weights, r through their magnitudes.
// - Activation on [l, u]: with s the slope of its chord, activation(x) - s x lies in a known range,
//   [0, -s l] for a ReLU with l < 0 < u; for the SiLU see linesAroundSilu in simd-kernels.inl.
//
// (2) Backwards (Zhang et al., "Efficient Neural Network Robustness Certification with General
// Activation Functions", CROWN, 2018): the density's weights are pulled back through the layers;
// at an activation, an upper bound takes the line above it for positive weights and the closest of
// some lines below for negative ones (for a ReLU of open sign: the chord, and 0 or x). What is left
// is a linear function of the first layer's input, so weights of opposite sign cancel before
// magnitudes are taken; that makes the bounds four to six times narrower than those of the first
// pass alone, at 14 products with a weight matrix per box instead of 10.
//
// Rounding. Let e = 2^-24. A computed dot product of n terms is off by at most
// (n + 2) e (|bias| + sum |weight| |value|).
// Pass 1: with m = |c| + |gx| + |gy| + |gz| + r bounding |value|, the evaluated value, c, the g's
// and the product of r are each off by at most that of (|bias|, m), elementwise steps by less than
// 6 e m. Passing r + slack m, slack = 4 (n + 8) e, through |weight|, and slack |bias| beside it,
// covers their sum.
// SiLU: its evaluation, its lines' slopes times values and their offsets are together off by less
// than 64 e m, by which the lines are moved apart.
// Pass 2: let f be the functional on a layer's output, H the norm of the largest values of the
// ReLU before it, or of the largest magnitudes in the ranges of a SiLU, which |silu(x)| <= |x| and
// slopes up to 1.1 need. By the Cauchy-Schwarz inequality the rounding of f * weight, acting on
// those values, and of the evaluated layer under f, are each at most
// (n + 2) e |f| (|bias| + |weight| H) in Euclidean and Frobenius norms; 2 (n + 8) e of that is
// added to the bound, and 2 (n + 8) e of the magnitudes of the lines' offsets under f.
// Input: with M the largest magnitude a channel has in a plane, the cast of coordinates to f32, and
// texel coordinates computed in f32, move a read by less than 4 size e texels on either axis at a
// slope of at most 2 M, and lerps and sums round by some 30 e M; (8 (height + width) + 64) e
// (|bias| + M0 + M1 + M2) covers analysis and evaluation.
// So the bounds hold for the f32 values that these kernels compute, or others with the same
// roundings in whatever order, not only for exact arithmetic.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "lattice-texels.h"
#include "lattice.h"
#include "packed-field.h"

namespace maquette {

// Lattice points low..high on each axis, ends included.
struct PointBox {
  Index3 low;
  Index3 high;
};

// A bound linear across a box: centre + slope . (u, v, w).
struct LinearBound {
  float centre;
  std::array<float, 3> slope;

  float reach() const;  // largest distance from the centre
};

// lower <= raw density <= upper at every lattice point of a box.
struct DensityBounds {
  LinearBound lower;
  LinearBound upper;
};

// What all threads share. A layer is a dense layer and the activation before it.
struct BoundingLayers {
  explicit BoundingLayers(const PackedField& field);

  struct Layer {
    PackedLayer magnitude;   // |weight|, slack * |bias|
    PackedLayer transposed;  // weight^T, no bias
    float slack;             // of pass 1
    float rounding;          // of pass 2: 2 (n + 8) e
    float weight_norm;
    float bias_norm;
  };
  std::vector<Layer> layers;   // all but the last
  Layer density;               // the last layer's first row; only the numbers are set
  Buffer<float> input_radius;  // (stride): rounding at the input
  Buffer<float> no_bias;       // zeros, as wide as the widest layer
};

// Encloses plane samples over rectangles of a root block's grids of boxes, each only once: boxes
// of one level share them in pairs of axes.
class TileCache {
 public:
  TileCache(const PackedField& field, const LatticeTexels& texels);

  // Forgets everything; tiles are identified by `slot` below `slots`, per plane.
  void reset(std::size_t slots);

  // (4, stride): centre, slope along columns, slope along rows, radius.
  const float* tile(int plane, std::size_t slot, const PointBox& box);

 private:
  struct Axis {
    std::vector<Texel> texels;
    std::vector<float> place;
    void cut(const std::vector<Texel>& lattice, int low, int high);
    TileAxis view() const { return {texels.data(), place.data(), texels.size()}; }
  };

  const PackedField& field_;
  const LatticeTexels& texels_;
  std::array<std::vector<bool>, 3> known_;
  std::array<Buffer<float>, 3> tiles_;  // (slots, 4, stride)
  Axis columns_;
  Axis rows_;
};

// Working memory of one thread.
class AffineBounds {
 public:
  static constexpr std::size_t kBatch = 24;

  AffineBounds(const PackedField& field, const BoundingLayers& layers);

  // Bounds the density over `count` <= kBatch boxes, given the tiles (xy, xz, zy) of each.
  void bound(const std::array<const float*, 3>* tiles, std::size_t count, DensityBounds* out);

 private:
  void forward(std::size_t count);
  void backward(std::size_t count);
  void finish(std::size_t count, DensityBounds* out);
  ActivationLines linesAt(std::size_t index) const;

  const PackedField& field_;
  const BoundingLayers& layers_;
  Buffer<float> input_;               // (5, count, stride) forms of the first layer
  Buffer<float> forms_;               // (5, count, stride) of a layer, before its activation
  Buffer<float> relaxed_;             // and after it
  std::vector<Buffer<float>> lines_;  // per layer (4, kBatch, stride) and (kBatch)
  Buffer<float> functionals_;         // (2 count, stride): of density, of -density
  Buffer<float> pulled_back_;
  std::array<double, 2 * kBatch> bound_{};  // constant part so far, errors included
  std::array<float, 2 * kBatch> norm_{};   // of the functionals
};

}  // namespace maquette
