#include "maquette/field.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "not-finite.h"
#include "packed-field.h"
#include "parallel.h"
#include "point-evaluator.h"

namespace maquette {
namespace {

void requireShape(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

void checkShapes(const FieldView& view) {
  requireShape(view.hidden > 0 && view.height > 0 && view.width > 0, "field: a size is zero");
  requireShape(view.layer_count > 0, "field: no layer after the first");
  std::size_t columns = view.hidden;
  for (std::size_t i = 0; i < view.layer_count; ++i) {
    requireShape(view.layers[i].columns == columns && view.layers[i].rows > 0,
                 "field: layer " + std::to_string(i) + " does not fit the one before");
    columns = view.layers[i].rows;
  }
  requireShape(columns == 4, "field: the last layer has " + std::to_string(columns) + " rows, not 4");
}

std::string findFlaw(const std::string& name, const float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i])) {
      return name + "[" + std::to_string(i) + "] is " + spell(values[i]);
    }
  }
  return {};
}

std::string findFlaw(const FieldView& view) {
  const std::size_t plane_size = (view.height + 2) * (view.width + 2) * view.hidden;
  std::string flaw = findFlaw("planes", view.planes, 3 * plane_size);
  if (flaw.empty()) flaw = findFlaw("firstBias", view.first_bias, view.hidden);
  for (std::size_t i = 0; i < view.layer_count && flaw.empty(); ++i) {
    const DenseLayerView& layer = view.layers[i];
    const std::string name = "layers[" + std::to_string(i) + "]";
    flaw = findFlaw(name + ".weight", layer.weight, layer.rows * layer.columns);
    if (flaw.empty()) flaw = findFlaw(name + ".bias", layer.bias, layer.rows);
  }
  return flaw;
}

Buffer<float> padRows(const float* rows, std::size_t count, std::size_t n, std::size_t stride) {
  Buffer<float> padded(count * stride);
  for (std::size_t i = 0; i < count; ++i) {
    float* out = std::copy_n(rows + i * n, n, padded.data() + i * stride);
    std::fill_n(out, stride - n, 0.0f);
  }
  return padded;
}

}  // namespace

Texel texelAt(float g, std::size_t size) {
  const double last = static_cast<double>(size) + 1;
  double position = ((static_cast<double>(g) + 1) * static_cast<double>(size) - 1) / 2 + 1;
  if (position < 0) position = 0;
  if (position > last) position = last;
  if (std::isnan(position)) return {0, g};
  const double index = std::min(std::floor(position), last - 1);
  return {static_cast<std::int32_t>(index), static_cast<float>(position - index)};
}

PackedLayer packLayer(std::size_t rows, std::size_t columns, const float* weight,
                      const float* bias) {
  PackedLayer layer;
  layer.rows = rows;
  layer.columns = columns;
  layer.stride = padToLane(rows);
  layer.weight = Buffer<float>(layer.stride * columns, 0.0f);
  for (std::size_t row = 0; row < rows; ++row) {
    float* panel = layer.weight.data() + row / kLane * columns * kLane + row % kLane;
    for (std::size_t k = 0; k < columns; ++k) panel[k * kLane] = weight[row * columns + k];
  }
  layer.bias = padRows(bias, 1, rows, layer.stride);
  return layer;
}

Field::Field(const FieldView& view, InstructionSet set) {
  checkShapes(view);
  auto packed = std::make_unique<PackedField>();
  packed->simd = &simdOf(set);
  packed->flaw = findFlaw(view);
  packed->height = view.height;
  packed->width = view.width;
  packed->hidden = view.hidden;
  packed->stride = padToLane(view.hidden);
  packed->widest = packed->stride;
  const std::size_t texels = 3 * (view.height + 2) * (view.width + 2);
  packed->planes = padRows(view.planes, texels, view.hidden, packed->stride);
  packed->first_bias = padRows(view.first_bias, 1, view.hidden, packed->stride);
  for (std::size_t i = 0; i < view.layer_count; ++i) {
    const DenseLayerView& layer = view.layers[i];
    packed->layers.push_back(packLayer(layer.rows, layer.columns, layer.weight, layer.bias));
    packed->widest = std::max(packed->widest, packed->layers.back().stride);
  }
  const DenseLayerView& last = view.layers[view.layer_count - 1];
  packed->density_weight = padRows(last.weight, 1, last.columns, padToLane(last.columns));
  packed->density_bias = last.bias[0];
  packed->activation = view.activation;
  packed->colour_low = view.colour_low;
  packed->colour_high = view.colour_high;
  packed_ = std::move(packed);
}

Field::~Field() = default;
Field::Field(Field&&) noexcept = default;
Field& Field::operator=(Field&&) noexcept = default;

Decoder::Decoder(const PackedField& field, std::size_t batch)
    : field_(field), front_(batch * field.widest), back_(batch * field.widest) {}

void Decoder::runHidden(std::size_t count) {
  in_stride_ = field_.stride;
  for (std::size_t i = 0; i + 1 < field_.layers.size(); ++i) {
    runLayer(field_.layers[i], count, field_.activation);
  }
}

void Decoder::runLayer(const PackedLayer& layer, std::size_t count,
                       std::optional<Activation> activation) {
  field_.simd->dense({front_.data(), in_stride_, count, layer.weight.data(), layer.bias.data(),
                      layer.columns, back_.data(), layer.stride, activation});
  in_stride_ = layer.stride;
  std::swap(front_, back_);
}

void Decoder::densities(std::size_t count, float* out) {
  runHidden(count);
  field_.simd->dot(front_.data(), in_stride_, count, field_.density_weight.data(),
                   field_.density_bias, out);
}

const float* Decoder::outputs(std::size_t count) {
  runHidden(count);
  runLayer(field_.layers.back(), count, std::nullopt);
  return front_.data();
}

PointEvaluator::PointEvaluator(const PackedField& field)
    : field_(field), decoder_(field, kBatch), reads_(3 * kBatch * field.stride) {}

void PointEvaluator::evaluate(const float* points, std::size_t count, float* out) {
  FirstLayerTerms terms[kBatch] = {};
  for (std::size_t i = 0; i < count; ++i) terms[i] = readPlanes(points + 3 * i, i);
  field_.simd->firstLayer(terms, count, field_.stride, field_.activation, decoder_.input());
  const float* outputs = decoder_.outputs(count);
  for (std::size_t i = 0; i < count; ++i, outputs += kLane, out += 4) {
    out[0] = outputs[0];
    for (int channel = 1; channel < 4; ++channel) {
      const float range = field_.colour_high - field_.colour_low;
      out[channel] = field_.colour_low + range / (1 + std::exp(-outputs[channel]));
    }
  }
}

FirstLayerTerms PointEvaluator::readPlanes(const float* point, std::size_t slot) {
  const std::size_t n = field_.stride;
  float* xy = reads_.data() + 3 * slot * n;
  float* xz = xy + n;
  float* zy = xz + n;
  const Texel x = texelAt(point[0], field_.width);
  const Texel y = texelAt(point[1], field_.height);
  const Texel z_as_row = texelAt(point[2], field_.height);
  const Texel z_as_column = texelAt(point[2], field_.width);
  const auto sample = [&](int plane, Texel column, Texel row, const float* base, float* out) {
    field_.simd->sample(field_.plane(plane), field_.rowStride(), n, column, row, base, out);
  };
  sample(0, x, y, field_.first_bias.data(), xy);
  sample(1, x, z_as_row, nullptr, xz);
  sample(2, z_as_column, y, nullptr, zy);
  return {xy, xz, zy};
}

Buffer<float> evaluate(const Field& field, const float* points, std::size_t count,
                       const Task& task) {
  constexpr std::size_t kBatch = PointEvaluator::kBatch;
  constexpr std::size_t kBatchesPerTurn = 16;
  Buffer<float> values(count * 4);
  std::vector<PointEvaluator> evaluators;
  const unsigned workers = workerCount(task);
  evaluators.reserve(workers);
  for (unsigned i = 0; i < workers; ++i) evaluators.emplace_back(field.packed());
  const std::size_t batches = (count + kBatch - 1) / kBatch;
  parallelFor(task, batches, kBatchesPerTurn, {0, 1000}, [&](std::size_t batch, unsigned worker) {
    const std::size_t begin = batch * kBatch;
    const std::size_t size = std::min(kBatch, count - begin);
    evaluators[worker].evaluate(points + 3 * begin, size, values.data() + 4 * begin);
  });
  return values;
}

}  // namespace maquette
