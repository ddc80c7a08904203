#include "affine-bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace maquette {
namespace {

constexpr float kRounding = 5.9604645e-8f;  // 2^-24

float norm(const Buffer<float>& values) {
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  }
  return static_cast<float>(std::sqrt(squares));
}

PackedLayer transpose(const PackedLayer& layer) {
  std::vector<float> weight(layer.columns * layer.rows);
  for (std::size_t row = 0; row < layer.rows; ++row) {
    const float* panel = layer.weight.data() + row / kLane * layer.columns * kLane + row % kLane;
    for (std::size_t k = 0; k < layer.columns; ++k) weight[k * layer.rows + row] = panel[k * kLane];
  }
  const std::vector<float> bias(layer.columns, 0.0f);
  return packLayer(layer.columns, layer.rows, weight.data(), bias.data());
}

BoundingLayers::Layer numbersOf(std::size_t terms, float weight_norm, float bias_norm) {
  BoundingLayers::Layer layer;
  const float roundings = static_cast<float>(terms + 8) * kRounding;
  layer.slack = 4 * roundings;
  layer.rounding = 2 * roundings;
  layer.weight_norm = weight_norm;
  layer.bias_norm = bias_norm;
  return layer;
}

Buffer<float> magnitudes(const Buffer<float>& values, float scale) {
  Buffer<float> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[i] = scale * std::fabs(values[i]);
  return result;
}

Buffer<float> inputRadius(const PackedField& field) {
  const float scale = (8 * static_cast<float>(field.height + field.width) + 64) * kRounding;
  Buffer<float> radius(field.stride);
  for (std::size_t k = 0; k < field.stride; ++k) radius[k] = std::fabs(field.first_bias[k]);
  const std::size_t texels = (field.height + 2) * (field.width + 2);
  Buffer<float> largest(field.stride);
  for (int plane = 0; plane < 3; ++plane) {
    std::fill_n(largest.data(), field.stride, 0.0f);
    const float* texel = field.plane(plane);
    for (std::size_t i = 0; i < texels; ++i, texel += field.stride) {
      for (std::size_t k = 0; k < field.stride; ++k) {
        largest[k] = std::max(largest[k], std::fabs(texel[k]));
      }
    }
    for (std::size_t k = 0; k < field.stride; ++k) radius[k] += largest[k];
  }
  for (std::size_t k = 0; k < field.stride; ++k) radius[k] *= scale;
  return radius;
}

}  // namespace

BoundingLayers::BoundingLayers(const PackedField& field)
    : input_radius(inputRadius(field)), no_bias(field.widest, 0.0f) {
  for (std::size_t i = 0; i + 1 < field.layers.size(); ++i) {
    const PackedLayer& source = field.layers[i];
    Layer layer = numbersOf(source.columns, norm(source.weight), norm(source.bias));
    layer.magnitude.rows = source.rows;
    layer.magnitude.columns = source.columns;
    layer.magnitude.stride = source.stride;
    layer.magnitude.weight = magnitudes(source.weight, 1);
    layer.magnitude.bias = magnitudes(source.bias, layer.slack);
    layer.transposed = transpose(source);
    layers.push_back(std::move(layer));
  }
  density = numbersOf(field.layers.back().columns, norm(field.density_weight),
                      std::fabs(field.density_bias));
}

TileCache::TileCache(const PackedField& field, const LatticeTexels& texels)
    : field_(field), texels_(texels) {}

void TileCache::reset(std::size_t slots) {
  for (int plane = 0; plane < 3; ++plane) {
    known_[plane].assign(slots, false);
    if (tiles_[plane].size() < slots * kTileParts * field_.stride) {
      tiles_[plane] = Buffer<float>(slots * kTileParts * field_.stride);
    }
  }
}

// The ends of a range of lattice points and the texel centres between them.
void TileCache::Axis::cut(const std::vector<Texel>& lattice, int low, int high) {
  const auto position = [](const Texel& texel) {
    return static_cast<double>(texel.index) + static_cast<double>(texel.fraction);
  };
  const double begin = position(lattice[low]);
  const double end = position(lattice[high]);
  texels.assign(1, lattice[low]);
  place.assign(1, low == high ? 0.0f : -1.0f);
  if (low == high) return;
  for (std::int32_t centre = lattice[low].index + 1; centre < end; ++centre) {
    texels.push_back({centre, 0});
    place.push_back(static_cast<float>(2 * (centre - begin) / (end - begin) - 1));
  }
  texels.push_back(lattice[high]);
  place.push_back(1);
}

const float* TileCache::tile(int plane, std::size_t slot, const PointBox& box) {
  constexpr int kColumnAxis[3] = {0, 0, 2};
  constexpr int kRowAxis[3] = {1, 2, 1};
  float* out = tiles_[plane].data() + slot * kTileParts * field_.stride;
  if (known_[plane][slot]) return out;
  known_[plane][slot] = true;
  columns_.cut(texels_.as_column, box.low[kColumnAxis[plane]], box.high[kColumnAxis[plane]]);
  rows_.cut(texels_.as_row, box.low[kRowAxis[plane]], box.high[kRowAxis[plane]]);
  field_.simd->enclosePlane({field_.plane(plane), field_.rowStride(), field_.stride,
                             columns_.view(), rows_.view(), out});
  return out;
}

AffineBounds::AffineBounds(const PackedField& field, const BoundingLayers& layers)
    : field_(field),
      layers_(layers),
      input_(kFormParts * kBatch * field.widest),
      forms_(kFormParts * kBatch * field.widest),
      relaxed_(kFormParts * kBatch * field.widest),
      functionals_(2 * kBatch * field.widest),
      pulled_back_(2 * kBatch * field.widest) {
  for (std::size_t i = 0; i < field.layers.size(); ++i) {
    lines_.emplace_back(4 * kBatch * field.widest + kBatch);
  }
}

ActivationLines AffineBounds::linesAt(std::size_t index) const {
  float* memory = const_cast<float*>(lines_[index].data());
  const std::size_t part = kBatch * field_.widest;
  return {memory, memory + part, memory + 2 * part, memory + 3 * part, memory + 4 * part};
}

void AffineBounds::forward(std::size_t count) {
  const float* forms = input_.data();
  std::size_t stride = field_.stride;
  for (std::size_t i = 0;; ++i) {
    const bool is_last = i == layers_.layers.size();
    const float slack = is_last ? 0 : layers_.layers[i].slack;
    field_.simd->relax({forms, count, stride}, field_.activation, slack, relaxed_.data(),
                       linesAt(i));
    if (is_last) return;
    const PackedLayer& layer = field_.layers[i];
    const PackedLayer& magnitude = layers_.layers[i].magnitude;
    const auto run = [&](std::size_t first, std::size_t rows, const PackedLayer& weights,
                         const float* bias) {
      field_.simd->dense({relaxed_.data() + first * stride, stride, rows, weights.weight.data(),
                          bias, weights.columns, forms_.data() + first * weights.stride,
                          weights.stride, std::nullopt});
    };
    run(0, count, layer, layer.bias.data());
    run(count, (kTerms - 1) * count, layer, layers_.no_bias.data());
    run(kTerms * count, count, magnitude, magnitude.bias.data());
    forms = forms_.data();
    stride = layer.stride;
  }
}

void AffineBounds::backward(std::size_t count) {
  const std::size_t rows = 2 * count;
  std::size_t stride = field_.density_weight.size();
  for (std::size_t row = 0; row < rows; ++row) {
    const float sign = row < count ? 1.0f : -1.0f;
    float* functional = functionals_.data() + row * stride;
    for (std::size_t k = 0; k < stride; ++k) functional[k] = sign * field_.density_weight[k];
    bound_[row] = static_cast<double>(sign * field_.density_bias);
    norm_[row] = 1;
  }
  for (std::size_t i = layers_.layers.size();; --i) {
    // functionals_ act on layer i's activation; norm_ is that of the functionals on its output.
    const bool is_density = i == layers_.layers.size();
    const BoundingLayers::Layer& layer = is_density ? layers_.density : layers_.layers[i];
    const ActivationLines lines = linesAt(i);
    float shift[2 * kBatch];
    float norm[2 * kBatch];
    field_.simd->boundBehind({functionals_.data(), count, stride}, lines, shift, norm);
    for (std::size_t row = 0; row < rows; ++row) {
      const float reach = layer.bias_norm + layer.weight_norm * lines.norm[row % count];
      bound_[row] += static_cast<double>(shift[row] + layer.rounding * (norm_[row] * reach));
      norm_[row] = norm[row];
    }
    if (i == 0) return;
    const PackedLayer& before = field_.layers[i - 1];
    const PackedLayer& transposed = layers_.layers[i - 1].transposed;
    for (std::size_t row = 0; row < rows; ++row) {
      float on_bias;
      field_.simd->dot(functionals_.data() + row * stride, stride, 1, before.bias.data(), 0,
                       &on_bias);
      bound_[row] += static_cast<double>(on_bias);
    }
    field_.simd->dense({functionals_.data(), stride, rows, transposed.weight.data(),
                        layers_.no_bias.data(), transposed.columns, pulled_back_.data(),
                        transposed.stride, std::nullopt});
    std::swap(functionals_, pulled_back_);
    stride = transposed.stride;
  }
}

void AffineBounds::finish(std::size_t count, DensityBounds* out) {
  const std::size_t stride = field_.stride;
  float values[2 * kBatch][kFormParts + 1];
  field_.simd->applyFunctionals({functionals_.data(), count, stride},
                                {input_.data(), count, stride}, values[0]);
  const float rounding = 2 * static_cast<float>(field_.hidden + 8) * kRounding;
  for (std::size_t row = 0; row < 2 * count; ++row) {
    const float* value = values[row];
    const float constant = static_cast<float>(bound_[row]);
    const float radius = value[kTerms];
    const float magnitude = value[kFormParts];
    BoxFunction function;
    std::copy_n(value, kTerms, function.terms.begin());
    // The last terms cover the sums above and whatever is computed from the function.
    function.terms[0] = constant + value[0] + radius + rounding * norm_[row] * magnitude +
                        64 * kRounding * (std::fabs(constant) + std::fabs(value[0]) + radius);
    if (!std::isfinite(std::fabs(function.terms[0]) + function.reach())) {
      function = BoxFunction::constant(std::numeric_limits<float>::infinity());
    }
    if (row < count) {
      out[row].upper = function;
    } else {
      for (float& term : function.terms) term = -term;
      out[row - count].lower = function;
    }
  }
}

void AffineBounds::bound(const std::array<const float*, 3>* tiles, std::size_t count,
                         DensityBounds* out) {
  const std::size_t stride = field_.stride;
  for (std::size_t i = 0; i < count; ++i) {
    field_.simd->addTiles(tiles[i].data(), field_.first_bias.data(), layers_.input_radius.data(),
                          stride, input_.data() + i * stride, count * stride);
  }
  forward(count);
  backward(count);
  finish(count, out);
}

}  // namespace maquette
