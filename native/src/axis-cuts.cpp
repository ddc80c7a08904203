#include "axis-cuts.h"

#include <algorithm>
#include <cstdlib>

namespace maquette {
namespace {

// starts[i]: point i reads other texels than the one before.
std::vector<bool> texelStarts(const std::vector<const std::vector<Texel>*>& reads) {
  std::vector<bool> starts(reads[0]->size(), false);
  for (const std::vector<Texel>* texels : reads) {
    for (std::size_t i = 1; i < starts.size(); ++i) {
      if ((*texels)[i].index != (*texels)[i - 1].index) starts[i] = true;
    }
  }
  return starts;
}

// Where texels begin nearest to the middle, otherwise the middle.
int cutOf(const Interval& interval, const std::vector<bool>& starts) {
  const int middle = interval.begin + interval.length() / 2;
  int cut = middle;
  int nearest = interval.length();
  for (int i = interval.begin + AxisCuts::kShortest; i <= interval.end - AxisCuts::kShortest; ++i) {
    const int distance = std::abs(i - middle);
    if (!starts[i] || distance >= nearest) continue;
    cut = i;
    nearest = distance;
  }
  return cut;
}

Intervals cutRoot(int begin, int end, const std::vector<bool>& starts) {
  Intervals intervals{{begin, end, 0}};
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const Interval whole = intervals[i];
    if (whole.length() < 2 * AxisCuts::kShortest) continue;
    const int cut = cutOf(whole, starts);
    intervals[i].half = static_cast<int>(intervals.size());
    intervals.push_back({whole.begin, cut, 0});
    intervals.push_back({cut, whole.end, 0});
  }
  return intervals;
}

}  // namespace

AxisCuts::AxisCuts(const Lattice& lattice, const LatticeTexels& texels, int span) {
  const std::vector<bool> starts[3] = {texelStarts({&texels.as_column}),
                                       texelStarts({&texels.as_row}),
                                       texelStarts({&texels.as_column, &texels.as_row})};
  for (int axis = 0; axis < 3; ++axis) {
    const int count = lattice.size[axis] - span;
    for (int first = 0; first < lattice.extended()[axis]; first += kRootSize) {
      const int begin = std::max(first - lattice.ring, 0);
      const int end = std::min(first - lattice.ring + kRootSize, count);
      intervals_[axis].push_back(end > begin ? cutRoot(begin, end, starts[axis]) : Intervals{});
    }
  }
}

}  // namespace maquette
