// Proven bounds of a field over boxes of lattice points, for an evaluator elsewhere, say on a GPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "maquette/buffer.h"
#include "maquette/field.h"
#include "maquette/task.h"

namespace maquette {

// Immutable; any number of threads may use one.
class BoxBounds {
 public:
  // Coefficients of a function of u, v, w: 1, u, v, w, uv, uw, vw.
  static constexpr std::size_t kTerms = 7;

  // For a lattice of `resolution` points per axis, 2..2048: point (i, j, k) stands at
  // -1 + 2 (i, j, k) / (resolution - 1).
  BoxBounds(Field field, std::size_t resolution);
  ~BoxBounds();
  BoxBounds(BoxBounds&&) noexcept;
  BoxBounds& operator=(BoxBounds&&) noexcept;

  std::size_t resolution() const;

  // `boxes` (count, 6) are first and last lattice indices, both within the lattice: i0 j0 k0 i1 j1
  // k1, i0 <= i1 and so on. Returns (count, 2, kTerms): a lower and an upper function that enclose
  // the raw density at the box's points, u, v and w running from -1 at the first to 1 at the last
  // index, and 0 on an axis of one point. They hold for every evaluation in f32 with the usual
  // roundings (src/affine-bounds.h); a box in which a value could overflow, or is not a number, has
  // the functions -infinity and infinity. Boxes within one texel of each plane are bounded closest.
  Buffer<double> bound(const std::int32_t* boxes, std::size_t count, const Task& task = {}) const;

 private:
  struct Prepared;
  std::unique_ptr<const Prepared> prepared_;
};

}  // namespace maquette
