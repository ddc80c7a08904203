// Fields with random planes and weights, whose surfaces are neither empty nor everywhere.
#pragma once

#include <cmath>
#include <vector>

#include "check.h"
#include "maquette/field.h"

namespace maquette::test {

struct FieldShape {
  std::size_t hidden;
  std::size_t height;
  std::size_t width;
  std::vector<std::size_t> widths;  // of the layers between the first and the last
  Activation activation = Activation::kRelu;
};

struct RandomField {
  std::vector<float> planes;
  std::vector<float> first_bias;
  std::vector<std::vector<float>> weights;
  std::vector<std::vector<float>> biases;
  std::vector<DenseLayerView> layers;
  FieldView view;

  RandomField(const FieldShape& shape, std::uint32_t seed) {
    Random random(seed);
    view.hidden = shape.hidden;
    view.height = shape.height;
    view.width = shape.width;
    view.activation = shape.activation;
    if (shape.activation == Activation::kSilu) {
      view.colour_low = 0;
      view.colour_high = 1;
    }
    planes.resize(3 * (shape.height + 2) * (shape.width + 2) * shape.hidden);
    for (std::size_t i = 0; i < planes.size(); ++i) {
      const std::size_t column = i / shape.hidden % (shape.width + 2);
      const std::size_t row = i / shape.hidden / (shape.width + 2) % (shape.height + 2);
      const bool is_border =
          column == 0 || column == shape.width + 1 || row == 0 || row == shape.height + 1;
      planes[i] = is_border ? 0 : random.number();
    }
    first_bias = numbers(random, shape.hidden, 0.3f);
    std::size_t columns = shape.hidden;
    std::vector<std::size_t> rows = shape.widths;
    rows.push_back(4);
    for (const std::size_t count : rows) {
      weights.push_back(
          numbers(random, count * columns, 2 / std::sqrt(static_cast<float>(columns))));
      biases.push_back(numbers(random, count, 0.3f));
      columns = count;
    }
    columns = shape.hidden;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      layers.push_back({rows[i], columns, weights[i].data(), biases[i].data()});
      columns = rows[i];
    }
    view.planes = planes.data();
    view.first_bias = first_bias.data();
    view.layers = layers.data();
    view.layer_count = layers.size();
  }
  RandomField(const RandomField&) = delete;
  RandomField& operator=(const RandomField&) = delete;

  static std::vector<float> numbers(Random& random, std::size_t count, float scale) {
    std::vector<float> result(count);
    for (float& value : result) value = scale * random.number();
    return result;
  }

  // The field by its definition, in f64.
  std::vector<double> at(const float* point) const {
    std::vector<double> h(first_bias.begin(), first_bias.end());
    const float g[3][2] = {{point[0], point[1]}, {point[0], point[2]}, {point[2], point[1]}};
    for (int plane = 0; plane < 3; ++plane) addSample(plane, g[plane][0], g[plane][1], h);
    for (const DenseLayerView& layer : layers) {
      std::vector<double> out(layer.bias, layer.bias + layer.rows);
      for (std::size_t row = 0; row < layer.rows; ++row) {
        for (std::size_t k = 0; k < layer.columns; ++k) {
          out[row] += layer.weight[row * layer.columns + k] * activated(h[k]);
        }
      }
      h = out;
    }
    for (int i = 1; i < 4; ++i) {
      const double range = double(view.colour_high) - double(view.colour_low);
      h[i] = double(view.colour_low) + range / (1 + std::exp(-h[i]));
    }
    return h;
  }

 private:
  double activated(double x) const {
    return view.activation == Activation::kRelu ? std::fmax(x, 0) : x / (1 + std::exp(-x));
  }

  void addSample(int plane, double column, double row, std::vector<double>& h) const {
    const double px = ((column + 1) * double(view.width) - 1) / 2;
    const double py = ((row + 1) * double(view.height) - 1) / 2;
    for (int di = 0; di < 2; ++di) {
      for (int dj = 0; dj < 2; ++dj) {
        const double x = std::floor(px) + dj;
        const double y = std::floor(py) + di;
        if (x < 0 || y < 0 || x >= double(view.width) || y >= double(view.height)) continue;
        const double weight = (1 - std::fabs(px - x)) * (1 - std::fabs(py - y));
        const std::size_t texel = (std::size_t(plane) * (view.height + 2) + std::size_t(y) + 1) *
                                      (view.width + 2) + std::size_t(x) + 1;
        for (std::size_t k = 0; k < view.hidden; ++k) {
          h[k] += weight * planes[texel * view.hidden + k];
        }
      }
    }
  }
};

}  // namespace maquette::test
