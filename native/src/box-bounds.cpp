#include "maquette/box-bounds.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "affine-bounds.h"
#include "parallel.h"

namespace maquette {

struct BoxBounds::Prepared {
  Prepared(Field source, std::size_t points)
      : field(std::move(source)),
        resolution(points),
        texels(field.packed(), points),
        layers(field.packed()) {}

  Field field;
  std::size_t resolution;
  LatticeTexels texels;
  BoundingLayers layers;
};

namespace {

// Working memory of one thread.
struct Worker {
  Worker(const PackedField& field, const LatticeTexels& texels, const BoundingLayers& layers)
      : tiles(field, texels), bounds(field, layers) {}

  void bound(const std::int32_t* boxes, std::size_t count, DensityBounds* out) {
    tiles.reset(AffineBounds::kBatch);
    std::array<const float*, 3> reads[AffineBounds::kBatch] = {};
    for (std::size_t i = 0; i < count; ++i, boxes += 6) {
      const PointBox box{{boxes[0], boxes[1], boxes[2]}, {boxes[3], boxes[4], boxes[5]}};
      for (int plane = 0; plane < 3; ++plane) reads[i][plane] = tiles.tile(plane, i, box);
    }
    bounds.bound(reads, count, out);
  }

  TileCache tiles;
  AffineBounds bounds;
};

}  // namespace

BoxBounds::BoxBounds(Field field, std::size_t resolution)
    : prepared_(std::make_unique<const Prepared>(std::move(field), resolution)) {}
BoxBounds::~BoxBounds() = default;
BoxBounds::BoxBounds(BoxBounds&&) noexcept = default;
BoxBounds& BoxBounds::operator=(BoxBounds&&) noexcept = default;

std::size_t BoxBounds::resolution() const { return prepared_->resolution; }

Buffer<double> BoxBounds::bound(const std::int32_t* boxes, std::size_t count,
                                const Task& task) const {
  constexpr std::size_t kBatch = AffineBounds::kBatch;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const PackedField& field = prepared_->field.packed();
  const bool sound = field.flaw.empty();
  Buffer<double> functions(count * 2 * kTerms);
  const std::size_t batches = (count + kBatch - 1) / kBatch;
  std::vector<std::unique_ptr<Worker>> workers(workerCount(task));
  parallelFor(task, batches, 1, {0, 1000}, [&](std::size_t batch, unsigned worker) {
    std::unique_ptr<Worker>& own = workers[worker];
    if (!own) own = std::make_unique<Worker>(field, prepared_->texels, prepared_->layers);
    const std::size_t first = batch * kBatch;
    const std::size_t size = std::min(kBatch, count - first);
    DensityBounds bounds[kBatch];
    own->bound(boxes + 6 * first, size, bounds);
    for (std::size_t i = 0; i < size; ++i) {
      if (!sound) bounds[i] = {BoxFunction::constant(-kInfinity), BoxFunction::constant(kInfinity)};
      double* out = functions.data() + (first + i) * 2 * kTerms;
      std::copy_n(bounds[i].lower.terms.begin(), kTerms, out);
      std::copy_n(bounds[i].upper.terms.begin(), kTerms, out + kTerms);
    }
  });
  return functions;
}

}  // namespace maquette
