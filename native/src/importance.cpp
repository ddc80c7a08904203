#include "importance.h"

#include <algorithm>

namespace maquette {

void importanceSamples(const float* distances, const double* weights, std::size_t count,
                       float* fine) {
  // Keeps a share of the samples everywhere the coarse pass saw nothing.
  constexpr double kWeightFloor = 0.01 + 1e-5;
  // The reference leaves out the first and the last interval, and then never uses the last middle.
  const std::size_t bins = count - 3;
  const auto smoothed = [&](std::size_t bin) {
    const std::size_t i = bin + 1;  // never the first or last interval, so both have neighbours
    const double before = std::max(weights[i - 1], weights[i]);
    const double after = std::max(weights[i], weights[i + 1]);
    return (before + after) / 2 + kWeightFloor;
  };
  double total = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) total += smoothed(bin);

  const auto middle = [&](std::size_t j) {
    return (static_cast<double>(distances[j]) + distances[j + 1]) / 2;
  };
  std::size_t bin = 0;
  double below = 0;
  double share = smoothed(0) / total;
  for (std::size_t k = 0; k < count; ++k) {
    const double wanted = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    while (bin + 1 < bins && below + share <= wanted) {
      below += share;
      share = smoothed(++bin) / total;
    }
    const double place = std::min((wanted - below) / share, 1.0);
    fine[k] = static_cast<float>(middle(bin) + place * (middle(bin + 1) - middle(bin)));
  }
}

}  // namespace maquette
