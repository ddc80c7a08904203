#include <limits>
#include <thread>

#include "affine-bounds.h"
#include "cut-ends.h"
#include "extract-with.h"
#include "maquette/box-bounds.h"
#include "maquette/extract.h"
#include "mesh-checks.h"
#include "random-field.h"
#include "tests.h"

namespace maquette::test {
namespace {

Field fieldOf(const RandomField& random, InstructionSet set = bestInstructionSet()) {
  return Field(random.view, set);
}

void sparseEqualsDense() {
  Random random(21);
  std::uint64_t triangles = 0;
  for (int round = 0; round < 60; ++round) {
    const FieldShape shape{1 + std::size_t(random.below(40)), 1 + std::size_t(random.below(6)),
                           1 + std::size_t(random.below(6)),
                           std::vector<std::size_t>(std::size_t(random.below(3)),
                                                    1 + std::size_t(random.below(40))),
                           round % 2 == 0 ? Activation::kRelu : Activation::kSilu};
    const RandomField source(shape, 100 + round);
    const auto set = round % 4 == 0 ? InstructionSet::kScalar : bestInstructionSet();
    const Field field = fieldOf(source, set);
    ExtractOptions options;
    options.resolution = 2 + random.below(36);
    options.level = random.number();
    const std::string name = "random field " + std::to_string(round);
    const Extraction sparse = extract(field, options, {nullptr, nullptr, 3});
    options.sparse = false;
    const Extraction dense = extract(field, options, {nullptr, nullptr, 1});
    CHECK(same(sparse.mesh, dense.mesh), name + ": sparse equals dense");
    CHECK(sparse.missed_blocks == 0 && dense.missed_blocks == 0, name + ": nothing missed");
    const std::uint64_t points = options.resolution * options.resolution * options.resolution;
    CHECK(dense.evaluated_points == points, name + ": dense evaluates each point once");
    CHECK(sparse.evaluated_points <= points, name + ": sparse evaluates no point twice");
    checkClosed(sparse.mesh, name);
    triangles += triangleCount(sparse.mesh);
  }
  CHECK(triangles > 10000, "the fields have surfaces");
}

// Boxes of all sizes, also inside one texel, at the box's faces and degenerate ones.
void boundsHoldForEveryLatticePoint() {
  const std::size_t resolution = 65;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    const bool deep = seed % 4 == 3;
    const std::vector<std::size_t> widths(deep ? 9 : 2, deep ? 12 : 24);
    const Activation activation = seed % 2 == 0 ? Activation::kRelu : Activation::kSilu;
    const RandomField source({20, 5, 4 + seed % 3, widths, activation}, 300 + seed);
    const Field field = fieldOf(source, seed % 3 ? bestInstructionSet() : InstructionSet::kScalar);
    const PackedField& packed = field.packed();
    const LatticeTexels texels(packed, resolution);
    const BoundingLayers layers(packed);
    AffineBounds affine(packed, layers);
    TileCache tiles(packed, texels);
    Random random(seed);
    for (int round = 0; round < 40; ++round) {
      PointBox box;
      for (int axis = 0; axis < 3; ++axis) {
        box.low[axis] = random.below(int(resolution));
        box.high[axis] = std::min(int(resolution) - 1, box.low[axis] + random.below(1 + round / 2));
      }
      tiles.reset(1);
      const std::array<const float*, 3> of_box{tiles.tile(0, 0, box), tiles.tile(1, 0, box),
                                               tiles.tile(2, 0, box)};
      DensityBounds bounds;
      affine.bound(&of_box, 1, &bounds);
      for (int sample = 0; sample < 40; ++sample) {
        float point[3];
        float place[3];
        for (int axis = 0; axis < 3; ++axis) {
          const int length = box.high[axis] - box.low[axis];
          // Corners first: there the bounds are extreme.
          const int step = sample < 8 ? (sample >> axis & 1) * length : random.below(length + 1);
          point[axis] = float(latticeCoordinate(box.low[axis] + step, resolution));
          place[axis] = box.placeOf(axis, box.low[axis] + step);
        }
        const auto valueOf = [&](const BoxFunction& function) {
          const float start = function.startAt(place[0], place[1]);
          return start + function.slopeAt(place[0], place[1]) * place[2];
        };
        const float lowest = valueOf(bounds.lower);
        const float highest = valueOf(bounds.upper);
        const float value = evaluate(field, point, 1, {nullptr, nullptr, 1})[0];
        CHECK(lowest <= value && value <= highest, "value within its bounds");
      }
    }
  }
}

// With biases that no unit's sign is open behind, the density is a sum of bilinear reads.
void boundsWithinOneTexelAreExact() {
  const std::size_t resolution = 65;
  RandomField source({8, 4, 4, {8}}, 41);
  for (float& bias : source.first_bias) bias = 20;
  for (float& weight : source.weights[0]) weight = std::fabs(weight);
  const BoxBounds bounds(fieldOf(source), resolution);
  // A texel is 16 steps wide, and one begins half a texel from the box's face.
  const std::int32_t boxes[12] = {8, 24, 41, 23, 39, 54, 4, 24, 41, 23, 39, 54};
  const Buffer<double> functions = bounds.bound(boxes, 2);
  const auto gapOf = [&](std::size_t box) {
    const double* lower = functions.data() + box * 2 * BoxBounds::kTerms;
    return lower[BoxBounds::kTerms] - lower[0];
  };
  // Values are some hundred here, and all bounds are computed in f32.
  constexpr double kRoundingGap = 0.2;
  CHECK(gapOf(0) < kRoundingGap, "within a texel only rounding is left");
  CHECK(gapOf(1) > 2 * gapOf(0), "a texel's border crosses the box");
}

// Ten layers at 2 to 3 points per texel: bounds decide next to nothing, which is noticed early.
void hopelessBoundsAreGivenUp() {
  const RandomField source({16, 24, 24, std::vector<std::size_t>(9, 16), Activation::kSilu}, 55);
  ExtractOptions options;
  options.resolution = 62;
  const Extraction sparse = extract(fieldOf(source), options);
  const std::uint64_t points = options.resolution * options.resolution * options.resolution;
  CHECK(sparse.evaluated_points > points / 2, "hopeless");
  // A bound costs some 15 points, so this is less than a tenth of dense extraction.
  CHECK(sparse.bounded_blocks < points / 150, "given up");
}

void cutEndsAreThoseOfCutEdges() {
  Random random(5);
  for (int ring = 0; ring < 2; ++ring) {
    const Lattice lattice{{20, 35, 18}, ring};
    const auto [nx, ny, nz] = lattice.size;
    std::vector<bool> inside(std::size_t(nx * ny * nz));
    for (std::size_t i = 0; i < inside.size(); ++i) inside[i] = random.below(8) == 0;
    const auto realAt = [&](int x, int y, int z) {
      return lattice.isReal(0, x) && lattice.isReal(1, y) && lattice.isReal(2, z);
    };
    const auto isInside = [&](int x, int y, int z) {
      return inside[std::size_t(((x - ring) * ny + y - ring) * nz + z - ring)];
    };
    SignGrid signs(lattice);
    const auto forEachPoint = [](const Index3& brick, const auto& visit) {
      for (int i = 0; i < kBrick * kBrick * kBrick; ++i) {
        const int row = i / kBrick;
        visit(row, i % kBrick, brick[0] * kBrick + row / kBrick, brick[1] * kBrick + row % kBrick,
              brick[2] * kBrick + i % kBrick);
      }
    };
    for (std::size_t brick = 0; brick < lattice.brickCount(); ++brick) {
      BrickBits bits{};
      forEachPoint(lattice.brickAt(brick), [&](int row, int k, int x, int y, int z) {
        if (realAt(x, y, z) && isInside(x, y, z)) bits[row] |= std::uint16_t(1u << k);
      });
      signs.set(brick, bits);
    }
    for (std::size_t brick = 0; brick < lattice.brickCount(); ++brick) {
      const Index3 at = lattice.brickAt(brick);
      const BrickBits ends = cutEnds(signs, at);
      forEachPoint(at, [&](int row, int k, int x, int y, int z) {
        bool expected = false;
        for (int edge = 0; edge < 6 && realAt(x, y, z); ++edge) {
          Index3 other{x, y, z};
          other[edge / 2] += edge % 2 * 2 - 1;
          const auto [ox, oy, oz] = other;
          expected |= realAt(ox, oy, oz) && isInside(ox, oy, oz) != isInside(x, y, z);
        }
        CHECK(bool(ends[row] >> k & 1) == expected, "end of a cut edge");
        CHECK(!expected || hasCutEnds(signs, at), "a brick with ends");
      });
    }
  }
}

void boxBoundsAreThoseOfTheirBoxes() {
  const RandomField source({20, 5, 4, {24}, Activation::kSilu}, 31);
  const BoxBounds bounds(fieldOf(source), 33);
  const std::int32_t boxes[12] = {0, 0, 0, 32, 32, 32, 7, 30, 4, 7, 32, 9};
  std::vector<std::int32_t> many;
  for (int i = 0; i < 100; ++i) many.insert(many.end(), boxes + i % 2 * 6, boxes + i % 2 * 6 + 6);
  const Buffer<double> alone = bounds.bound(boxes, 2, {nullptr, nullptr, 1});
  const Buffer<double> together = bounds.bound(many.data(), 100, {nullptr, nullptr, 3});
  for (std::size_t i = 0; i < together.size(); ++i) {
    CHECK(together[i] == alone[i % alone.size()], "position in a batch");
  }
  CHECK(alone[0] < alone[BoxBounds::kTerms], "the lower function is below the upper one");
  CHECK(bounds.bound(boxes, 0).size() == 0, "no boxes");

  RandomField broken({8, 4, 4, {8}}, 3);
  broken.planes[100] = std::numeric_limits<float>::quiet_NaN();
  const Buffer<double> unbounded = BoxBounds(Field(broken.view), 33).bound(boxes, 1);
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(unbounded[0] == -infinity && unbounded[BoxBounds::kTerms] == infinity, "NaN");
}

// A classifier that calls everything outside: the closure has to find the surface from nothing, so
// it is given one root block.
void wrongBoundsCannotOpenTheSurface() {
  const RandomField source({16, 4, 4, {16}}, 77);
  const Field field = fieldOf(source);
  const int resolution = 90;
  const Lattice lattice{{resolution, resolution, resolution}, 1};
  const LatticeTexels texels(field.packed(), resolution);
  const auto liar = [&]() -> Classifier {
    const Classifier honest = makeDenseClassifier(lattice);
    return [honest](const Index3& root, MarkGrid& grid) -> std::uint64_t {
      return root == Index3{1, 1, 1} ? honest(root, grid) : 0;
    };
  };
  const Extraction found =
      extractWith(field.packed(), texels, lattice, 0, liar, {nullptr, nullptr, 2});
  CHECK(found.missed_blocks > 0, "the lie is noticed");
  checkClosed(found.mesh, "surface behind a wrong bound");
  const Extraction dense = extractWith(field.packed(), texels, lattice, 0,
                                       [&] { return makeDenseClassifier(lattice); }, {});
  CHECK(triangleCount(found.mesh) <= triangleCount(dense.mesh), "no surface is invented");
}

void emptyAndFullFieldsAreFine() {
  const RandomField source({8, 4, 4, {8}}, 1);
  const Field field = fieldOf(source);
  ExtractOptions options;
  options.resolution = 40;
  options.level = 1e6;
  const Extraction empty = extract(field, options);
  CHECK(empty.mesh.triangles.size() == 0 && empty.mesh.positions.size() == 0, "empty");
  options.level = -1e6;
  const Extraction full = extract(field, options);
  checkClosed(full.mesh, "full box");
  CHECK(std::fabs(enclosedVolume(full.mesh) - 8) < 1e-5, "the box's volume");
  CHECK(full.evaluated_points == 0, "a proven surface needs no values");
}

void cancellationStopsTheWork() {
  const RandomField source({64, 16, 16, {64, 64}}, 4);
  const Field field = fieldOf(source);
  ExtractOptions options;
  options.resolution = 256;
  options.sparse = false;
  std::atomic<std::int32_t> cancel{1};
  std::atomic<std::int32_t> progress{0};
  messageOf<Cancelled>([&] { extract(field, options, {&cancel, &progress, 2}); });
  cancel = 0;
  std::thread other([&] {
    while (progress == 0) std::this_thread::yield();
    cancel = 1;
  });
  messageOf<Cancelled>([&] { extract(field, options, {&cancel, &progress, 2}); });
  other.join();
  CHECK(progress < 1000, "stopped before the end");
}

void progressEndsAtOneThousand() {
  const RandomField source({8, 4, 4, {8}}, 2);
  std::atomic<std::int32_t> progress{0};
  ExtractOptions options;
  options.resolution = 50;
  extract(fieldOf(source), options, {nullptr, &progress, 2});
  CHECK(progress == 1000, "progress");
}

void badFieldsAreRefused() {
  RandomField source({8, 4, 4, {8}}, 3);
  ExtractOptions options;
  options.resolution = 20;
  source.planes[100] = std::numeric_limits<float>::quiet_NaN();
  const std::string message =
      messageOf<BadValue>([&] { extract(Field(source.view), options); });
  CHECK(message.find("planes[100]") != std::string::npos, message);
  RandomField huge({8, 4, 4, {8, 8}}, 3);
  for (auto& weights : huge.weights) {
    for (float& weight : weights) weight *= 1e20f;
  }
  for (const Activation activation : {Activation::kRelu, Activation::kSilu}) {
    huge.view.activation = activation;
    for (const bool sparse : {true, false}) {
      options.sparse = sparse;
      const std::string overflow =
          messageOf<BadValue>([&] { extract(Field(huge.view), options); });
      CHECK(overflow.find("surface: the density at lattice point (") == 0, overflow);
    }
  }
  options.resolution = 1;
  messageOf<std::invalid_argument>([&] { extract(Field(huge.view), options); });
}

}  // namespace

void testExtract() {
  sparseEqualsDense();
  boundsHoldForEveryLatticePoint();
  boundsWithinOneTexelAreExact();
  hopelessBoundsAreGivenUp();
  cutEndsAreThoseOfCutEdges();
  boxBoundsAreThoseOfTheirBoxes();
  wrongBoundsCannotOpenTheSurface();
  emptyAndFullFieldsAreFine();
  cancellationStopsTheWork();
  progressEndsAtOneThousand();
  badFieldsAreRefused();
}

}  // namespace maquette::test
