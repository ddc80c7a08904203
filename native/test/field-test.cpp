#include <limits>

#include "mesh-checks.h"
#include "random-field.h"
#include "tests.h"

namespace maquette::test {
namespace {

const std::vector<FieldShape> kShapes = {
    {64, 8, 8, {64, 64}}, {1, 1, 1, {}}, {5, 3, 4, {7}}, {17, 6, 2, {33, 1}}, {100, 2, 3, {90}}};

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

void batchAndThreadsDoNotMatter() {
  const RandomField random(kShapes[0], 5);
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

void fusedInstructionSetsAgree() {
  const RandomField random(kShapes[3], 6);
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
  batchAndThreadsDoNotMatter();
  fusedInstructionSetsAgree();
  strangePointsAreHarmless();
  shapesAreChecked();
}

}  // namespace maquette::test
