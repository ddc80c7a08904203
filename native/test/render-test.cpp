#include "maquette/render.h"

#include <atomic>

#include "empty-space.h"
#include "mesh-checks.h"
#include "random-field.h"
#include "tests.h"

namespace maquette::test {
namespace {

constexpr std::size_t kSide = 24;

struct Picture {
  std::vector<float> origins;
  std::vector<float> directions;

  // Parallel rays along +x through the box and beside it.
  explicit Picture(std::size_t side) {
    for (std::size_t i = 0; i < side * side; ++i) {
      const auto place = [&](std::size_t index) {
        return 2.4f * (static_cast<float>(index) + 0.5f) / static_cast<float>(side) - 1.2f;
      };
      origins.insert(origins.end(), {-3.0f, place(i / side), place(i % side)});
      directions.insert(directions.end(), {1.0f, 0.0f, 0.0f});
    }
  }

  RayView view() const { return {origins.data(), directions.data(), origins.size() / 3}; }
};

RenderOptions optionsOf(Marcher marcher, Density density, std::size_t samples) {
  RenderOptions options;
  options.marcher = marcher;
  options.density = density;
  options.samples = samples;
  return options;
}

void raysAreCompositedWhateverTheThreads() {
  const RandomField random({17, 6, 5, {20}}, 3);
  const Field field(random.view);
  const Picture picture(kSide);
  for (const Marcher marcher : {Marcher::kImportance, Marcher::kUniform}) {
    for (const std::size_t samples : {8, 10, 64}) {
      const RenderOptions options = optionsOf(marcher, Density::kSoftplus, samples);
      const Rendering one = render(field, picture.view(), options, {nullptr, nullptr, 1});
      const Rendering five = render(field, picture.view(), options, {nullptr, nullptr, 5});
      CHECK(same(one.rgb, five.rgb) && same(one.opacity, five.opacity), "threads");
      for (std::size_t i = 0; i < one.opacity.size(); ++i) {
        const float* origin = picture.origins.data() + 3 * i;
        const bool passes = std::fabs(origin[1]) < 1 && std::fabs(origin[2]) < 1;
        CHECK(one.opacity[i] >= 0 && one.opacity[i] <= 1, "an opacity");
        CHECK(passes ? one.opacity[i] > 0 : one.opacity[i] == 0, "what a ray meets");
        CHECK(one.depth[i] >= 2 && one.depth[i] <= 4, "a distance within the box");
      }
    }
  }
}

void strangeRaysAreHarmless() {
  const RandomField random({5, 3, 4, {7}}, 4);
  const Field field(random.view);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float far = std::numeric_limits<float>::infinity();
  const float origins[15] = {nan, 0, 0, far, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0};
  const float directions[15] = {1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, nan, 0, 1};
  for (const Marcher marcher : {Marcher::kImportance, Marcher::kUniform}) {
    render(field, {origins, directions, 5}, optionsOf(marcher, Density::kExp, 16));
  }
  CHECK(render(field, {}, {}).opacity.size() == 0, "no rays");
}

// Every point of a cell called empty is at or below the level, on its faces too.
void emptyCellsAreEmpty() {
  RandomField random({16, 6, 5, {16}}, 7);
  for (float& weight : random.weights.back()) weight *= 30;
  const Field field(random.view);
  for (const float level : {-20.0f, 0.0f, 5.0f}) {
    const EmptySpace space(field.packed(), level, {}, {0, 0});
    Random numbers(9);
    Buffer<float> points(3 * 4000);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const float number = numbers.number();
      // Every other coordinate on a face between cells.
      points[i] = i % 2 == 0 ? number : std::round((number + 1) * 63.5f) / 63.5f - 1;
    }
    const Buffer<float> values = evaluate(field, points.data(), 4000);
    std::size_t empty = 0;
    for (std::size_t i = 0; i < 4000; ++i) {
      if (!space.contains(points.data() + 3 * i)) continue;
      ++empty;
      CHECK(values[4 * i] <= level, "a point of an empty cell");
    }
    CHECK(empty > 0, "some cells are proven empty");
  }
}

void worksCanBeCancelled() {
  const RandomField random({5, 3, 4, {7}}, 4);
  const std::atomic<std::int32_t> cancel{1};
  const Picture picture(kSide);
  messageOf<Cancelled>(
      [&] { render(Field(random.view), picture.view(), {}, {&cancel, nullptr, 2}); });
}

void optionsAreChecked() {
  const RandomField random({5, 3, 4, {7}}, 4);
  for (const std::size_t samples : {6, 9, 1026}) {
    const RenderOptions options = optionsOf(Marcher::kUniform, Density::kExp, samples);
    messageOf<std::invalid_argument>([&] { render(Field(random.view), {}, options); });
  }
  RenderOptions options;
  options.box_radius = 0;
  messageOf<std::invalid_argument>([&] { render(Field(random.view), {}, options); });
}

}  // namespace

void testRender() {
  raysAreCompositedWhateverTheThreads();
  strangeRaysAreHarmless();
  emptyCellsAreEmpty();
  worksCanBeCancelled();
  optionsAreChecked();
}

}  // namespace maquette::test
