// Guaranteed bounds of the raw density over boxes of lattice points.
//
// The field is bounded in two passes over the network.
//
// (1) Forwards, by affine arithmetic (de Figueiredo & Stolfi, "Affine Arithmetic: Concepts and
// Applications", 2004; for neural implicit surfaces Sharp & Jacobson, "Spelunking the Deep:
// Guaranteed Queries on General Neural Implicit Surfaces via Range Analysis", 2022): every hidden
// value over a box is enclosed as
//
//   value = c + gu u + gv v + gw w + guv uv + guw uw + gvw vw  +-  r,      u, v, w in [-1, 1]
//
// - Input: within one texel a plane's sample is bilinear, so that c and the g's follow the first
//   layer exactly. Where texel centres cross the box's projection, c and the g's are those of the
//   rectangle's corners; the deviation from them is continuous and piecewise bilinear, so it takes
//   its extremes at corners of the pieces, and r is half the range of those.
// - Linear layer: c and g go through the weights, r through their magnitudes.
// - Range of a value: what is linear in each of u, v and w is largest and smallest at the box's
//   corners.
// - Activation on [l, u]: with s the slope of its chord, activation(x) - s x lies in a known range,
//   [0, -s l] for a ReLU with l < 0 < u; for the SiLU see linesAroundSilu in simd-kernels.inl.
//
// (2) Backwards (Zhang et al., "Efficient Neural Network Robustness Certification with General
// Activation Functions", CROWN, 2018): the density's weights are pulled back through the layers;
// at an activation, an upper bound takes the line above it for positive weights and the closest of
// some lines below for negative ones (for a ReLU of open sign: the chord, and 0 or x). What is left
// is a linear function of the first layer's input, so weights of opposite sign cancel before
// magnitudes are taken; that makes the bounds four to six times narrower than those of the first
// pass alone, at 10 products with each weight matrix per box instead of 8.
//
// Rounding. Let e = 2^-24. A computed dot product of n terms is off by at most
// (n + 2) e (|bias| + sum |weight| |value|).
// Pass 1: with m = |c| + sum |g| + r bounding |value|, the evaluated value is off by at most that
// of (|bias|, m), so are c, the g's and the product of r together; elementwise steps, by less than
// 8 e m. Passing r + slack m, slack = 4 (n + 8) e, through |weight|, and slack |bias| beside it,
// covers their sum.
// SiLU: its evaluation, its lines' slopes times values and their offsets are together off by less
// than 64 e m, by which the lines are moved apart.
// Pass 2: let f be the functional on a layer's output, H the norm of the largest values of the
// ReLU before it, or of the largest magnitudes in the ranges of a SiLU, which |silu(x)| <= |x| and
// slopes up to 1.1 need. By the Cauchy-Schwarz inequality the rounding of f * weight, acting on
// those values, and of the evaluated layer under f, are each at most
// (n + 2) e |f| (|bias| + |weight| H) in Euclidean and Frobenius norms; 2 (n + 8) e of that is
// added to the bound, and 2 (n + 8) e of the magnitudes of the lines' offsets under f. At the first
// layer's form it is 2 (n + 8) e |f| |m|, of which the sums take n + 2; the value of the resulting
// function at a place in the box rounds by less than 12 e |f| |m|.
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

#include "box-function.h"
#include "lattice-texels.h"
#include "packed-field.h"

namespace maquette {

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

  // See TileJob.
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
  std::array<Buffer<float>, 3> tiles_;  // (slots, kTileParts, stride)
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
  Buffer<float> input_;               // forms of the first layer, as BoxForms
  Buffer<float> forms_;               // of a layer, before its activation
  Buffer<float> relaxed_;             // and after it
  std::vector<Buffer<float>> lines_;  // per layer (4, kBatch, stride) and (kBatch)
  Buffer<float> functionals_;         // (2 count, stride): of density, of -density
  Buffer<float> pulled_back_;
  std::array<double, 2 * kBatch> bound_{};  // constant part so far, errors included
  std::array<float, 2 * kBatch> norm_{};   // of the functionals
};

}  // namespace maquette
