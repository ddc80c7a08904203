#include <limits>

#include "mesh-checks.h"
#include "packed-field.h"
#include "random-field.h"
#include "tests.h"

namespace maquette::test {
namespace {

const std::vector<FieldShape> kShapes = {
    {64, 8, 8, {64, 64}},
    {1, 1, 1, {}},
    {5, 3, 4, {7}},
    {17, 6, 2, {33, 1}},
    {100, 2, 3, {90}},
    {5, 3, 4, {7}, Activation::kSilu},
    {33, 4, 4, std::vector<std::size_t>(8, 20), Activation::kSilu}};

// f32 against f64: some 300 terms of magnitude 1, rounded to 6e-8 each, through four layers.
constexpr double kTolerance = 1e-4;

std::vector<InstructionSet> instructionSets() {
  std::vector<InstructionSet> sets;
  for (const InstructionSet set : {InstructionSet::kScalar, InstructionSet::kAvx2,
                                   InstructionSet::kAvx512, InstructionSet::kNeon}) {
    if (isSupported(set)) sets.push_back(set);
  }
  return sets;
}

Buffer<float> somePoints(std::size_t count) {
  Random random(3);
  Buffer<float> points(3 * count);
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = 1.5f * random.number();
  for (std::size_t i = 0; i < 24 && i < points.size(); ++i) points[i] = i / 3 >> i % 3 & 1 ? 1.f : -1.f;
  return points;
}

void valuesMatchTheDefinition() {
  const Buffer<float> points = somePoints(300);
  for (const FieldShape& shape : kShapes) {
    const RandomField random(shape, 11);
    for (const InstructionSet set : instructionSets()) {
      const Buffer<float> values = evaluate(Field(random.view, set), points.data(), 300);
      for (std::size_t i = 0; i < 300; ++i) {
        const std::vector<double> expected = random.at(points.data() + 3 * i);
        for (std::size_t k = 0; k < 4; ++k) {
          CHECK(std::fabs(values[4 * i + k] - expected[k]) <= kTolerance, "value of a point");
        }
      }
    }
  }
}

// The SiLU of every instruction set against f64, over all magnitudes.
void siluIsWithinFourUnits() {
  constexpr double kUnits = 4;
  alignas(64) float x[kLane];
  alignas(64) float y[kLane];
  const Buffer<float> zeros(kLane, 0.0f);
  for (const InstructionSet set : instructionSets()) {
    for (float magnitude = 1e-30f; magnitude < 1e30f; magnitude *= 1.003f) {
      for (std::size_t i = 0; i < kLane; ++i) {
        x[i] = magnitude * (1 + static_cast<float>(i / 2) * 0.0002f) * (i % 2 == 0 ? 1.0f : -1.0f);
      }
      const FirstLayerTerms terms{x, zeros.data(), zeros.data()};
      simdOf(set).firstLayer(&terms, 1, kLane, Activation::kSilu, y);
      for (std::size_t i = 0; i < kLane; ++i) {
        const double exact = double(x[i]) / (1 + std::exp(-double(x[i])));
        // Below -85 the exponential is held back; what is left is less than 1e-35 of x.
        const bool held_back = x[i] < -85.0f;
        const double unit = held_back ? 0 : std::ldexp(1.0, std::ilogb(exact) - 23);
        const bool holds = held_back ? std::fabs(y[i]) <= 1e-35 * std::fabs(x[i])
                                     : std::fabs(y[i] - exact) <= kUnits * unit;
        CHECK(holds, "silu(" + std::to_string(x[i]) + ") is " + std::to_string(y[i]));
      }
    }
  }
}

void batchAndThreadsDoNotMatter(const FieldShape& shape) {
  const RandomField random(shape, 5);
  const Field field(random.view);
  const Buffer<float> points = somePoints(2000);
  const Buffer<float> values = evaluate(field, points.data(), 2000);
  CHECK(same(values, evaluate(field, points.data(), 2000, {nullptr, nullptr, 5})), "threads");
  for (std::size_t i = 0; i < 200; ++i) {
    const Buffer<float> alone = evaluate(field, points.data() + 3 * i, 1);
    for (std::size_t k = 0; k < 4; ++k) CHECK(alone[k] == values[4 * i + k], "position in batch");
  }
  CHECK(evaluate(field, points.data(), 0).size() == 0, "no points");
}

void fusedInstructionSetsAgree(const FieldShape& shape) {
  const RandomField random(shape, 6);
  const Buffer<float> points = somePoints(500);
  const Buffer<float> best = evaluate(Field(random.view), points.data(), 500);
  for (const InstructionSet set : instructionSets()) {
    if (set == InstructionSet::kScalar) continue;
    CHECK(same(best, evaluate(Field(random.view, set), points.data(), 500)), "bitwise equal");
  }
}

void strangePointsAreHarmless() {
  const RandomField random(kShapes[2], 8);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float far = std::numeric_limits<float>::infinity();
  const float points[12] = {nan, 0, 0, far, -far, 0, 1e30f, 1e30f, -1e30f, 5, 5, 5};
  for (const InstructionSet set : instructionSets()) {
    const Buffer<float> values = evaluate(Field(random.view, set), points, 4);
    CHECK(std::isnan(values[0]), "NaN in, NaN out");
    CHECK(values[8] == values[12] && values[9] == values[13], "zeros beyond the planes");
  }
}

void shapesAreChecked() {
  RandomField random(kShapes[2], 9);
  random.layers[1].columns = 6;
  messageOf<std::invalid_argument>([&] { Field field(random.view); });
  random.view.layer_count = 1;
  messageOf<std::invalid_argument>([&] { Field field(random.view); });
  random.view.layer_count = 0;
  messageOf<std::invalid_argument>([&] { Field field(random.view); });
}

}  // namespace

void testField() {
  valuesMatchTheDefinition();
  siluIsWithinFourUnits();
  for (const FieldShape& shape : {kShapes.front(), kShapes.back()}) {
    batchAndThreadsDoNotMatter(shape);
    fusedInstructionSetsAgree(shape);
  }
  strangePointsAreHarmless();
  shapesAreChecked();
}

}  // namespace maquette::test
