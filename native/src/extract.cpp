#include "maquette/extract.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "affine-bounds.h"
#include "bits.h"
#include "brick-evaluator.h"
#include "classify.h"
#include "cut-ends.h"
#include "extract-with.h"
#include "not-finite.h"
#include "parallel.h"
#include "polygonise.h"
#include "sign-grid.h"

namespace maquette {
namespace {

constexpr std::size_t kMaxResolution = 2048;
constexpr ProgressSpan kClassification{0, 250};
constexpr ProgressSpan kEvaluation{250, 900};
constexpr ProgressSpan kPolygons{900, 1000};

class Extractor {
 public:
  Extractor(const PackedField& field, const LatticeTexels& texels, const Lattice& lattice,
            double level, const Task& task)
      : field_(field),
        texels_(texels),
        lattice_(lattice),
        level_(level),
        threshold_(thresholdOf(level)),
        task_(task),
        marks_(lattice),
        signs_(lattice),
        samples_(lattice.brickCount()) {}

  Extraction run(const std::function<Classifier()>& makeClassifier) {
    Extraction result;
    result.bounded_blocks = classify(makeClassifier);
    evaluateOpenPoints();
    refuseBadValue();
    result.missed_blocks = evaluateEnds();
    marks_ = MarkGrid(Lattice{});
    result.evaluated_points = evaluated_points_;
    result.mesh = polygonise();
    return result;
  }

 private:
  std::uint64_t classify(const std::function<Classifier()>& makeClassifier) {
    std::vector<Classifier> classifiers;
    for (unsigned i = 0; i < workerCount(task_); ++i) classifiers.push_back(makeClassifier());
    const Index3 bricks = lattice_.bricks();
    Index3 roots{};
    for (int axis = 0; axis < 3; ++axis) {
      roots[axis] = (bricks[axis] + kRootBricks - 1) / kRootBricks;
    }
    const std::size_t count = static_cast<std::size_t>(roots[0]) * roots[1] * roots[2];
    std::atomic<std::uint64_t> bounded{0};
    parallelFor(task_, count, 1, kClassification, [&](std::size_t index, unsigned worker) {
      const Index3 root{static_cast<int>(index / roots[2] / roots[1]),
                        static_cast<int>(index / roots[2] % roots[1]),
                        static_cast<int>(index % roots[2])};
      bounded += classifiers[worker](root, marks_);
    });
    return bounded;
  }

  void evaluateOpenPoints() {
    for (unsigned i = 0; i < workerCount(task_); ++i) {
      evaluators_.push_back(std::make_unique<BrickEvaluator>(lattice_, field_, texels_));
    }
    parallelFor(task_, samples_.size(), 1, kEvaluation, [&](std::size_t index, unsigned worker) {
      const Index3 brick = lattice_.brickAt(index);
      const BrickMarks* marks = marks_.marks(index);
      if (!marks && !marks_.isInside(index)) return;
      const BrickBits real = realPoints(lattice_, brick);
      BrickBits wanted{};
      for (int row = 0; marks && row < kBrickRows; ++row) {
        wanted[row] = marks->open[row] & real[row];
      }
      settle(brick, index, real, wanted, *evaluators_[worker]);
    });
  }

  // Evaluates `wanted` and stores the brick's signs: of evaluated points by value, of the others
  // by proof.
  void settle(const Index3& brick, std::size_t index, const BrickBits& real,
              const BrickBits& wanted, BrickEvaluator& evaluator) {
    BrickBits inside;
    const BrickMarks* marks = marks_.marks(index);
    bool any_wanted = false;
    for (int row = 0; row < kBrickRows; ++row) {
      const std::uint32_t proven =
          marks ? marks->inside[row] : marks_.isInside(index) ? 0xffffu : 0u;
      inside[row] = static_cast<std::uint16_t>(proven & real[row] & ~wanted[row]);
      any_wanted = any_wanted || wanted[row] != 0;
    }
    if (any_wanted) {
      samples_[index] = std::make_unique<BrickSamples>(evaluator.evaluate(brick, wanted));
      addSigns(*samples_[index], index, inside);
    }
    signs_.set(index, inside);
  }

  void addSigns(const BrickSamples& samples, std::size_t index, BrickBits& inside) {
    const float* value = samples.values.data();
    bool finite = true;
    for (int row = 0; row < kBrickRows; ++row) {
      for (std::uint32_t bits = samples.known[row]; bits != 0; bits &= bits - 1, ++value) {
        finite = finite && std::isfinite(*value);
        if (*value > threshold_) inside[row] |= static_cast<std::uint16_t>(bits & (~bits + 1));
      }
    }
    evaluated_points_ += samples.values.size();
    if (finite) return;
    std::size_t seen = first_bad_brick_;
    while (index < seen && !first_bad_brick_.compare_exchange_weak(seen, index)) {
    }
  }

  void refuseBadValue() const {
    const std::size_t index = first_bad_brick_;
    if (index == kNone) return;
    const BrickSamples& samples = *samples_[index];
    const Index3 brick = lattice_.brickAt(index);
    const float* value = samples.values.data();
    for (int row = 0; row < kBrickRows; ++row) {
      for (std::uint32_t bits = samples.known[row]; bits != 0; bits &= bits - 1, ++value) {
        if (std::isfinite(*value)) continue;
        const int x = brick[0] * kBrick + row / kBrick - lattice_.ring;
        const int y = brick[1] * kBrick + row % kBrick - lattice_.ring;
        const int z = brick[2] * kBrick + static_cast<int>(lowestBit(bits)) - lattice_.ring;
        throw notFinite(*value, x, y, z);
      }
    }
  }

  // Evaluates the ends of cut edges that were only proven, for the vertices' places. Where a value
  // contradicts its proof the whole brick is evaluated, until none does, so that even a wrong bound
  // cannot open the surface.
  std::uint64_t evaluateEnds() {
    std::uint64_t missed = 0;
    std::vector<std::uint8_t> wrong(samples_.size());
    for (;;) {
      std::atomic<std::uint64_t> found{0};
      parallelFor(task_, samples_.size(), 32, {0, 0}, [&](std::size_t index, unsigned worker) {
        wrong[index] = !endsAreAsProven(index, *evaluators_[worker]);
        found += wrong[index];
      });
      refuseBadValue();
      if (found == 0) return missed;
      missed += found;
      parallelFor(task_, samples_.size(), 1, {0, 0}, [&](std::size_t index, unsigned worker) {
        if (!wrong[index]) return;
        const Index3 brick = lattice_.brickAt(index);
        const BrickBits real = realPoints(lattice_, brick);
        settle(brick, index, real, real, *evaluators_[worker]);
      });
      refuseBadValue();
    }
  }

  bool endsAreAsProven(std::size_t index, BrickEvaluator& evaluator) {
    const Index3 brick = lattice_.brickAt(index);
    if (!hasCutEnds(signs_, brick)) return true;
    BrickBits wanted = cutEnds(signs_, brick);
    std::uint32_t any = 0;
    for (int row = 0; row < kBrickRows; ++row) {
      if (samples_[index]) wanted[row] &= static_cast<std::uint16_t>(~samples_[index]->known[row]);
      any |= wanted[row];
    }
    if (any == 0) return true;
    BrickSamples samples = evaluator.evaluate(brick, wanted);
    BrickBits inside{};
    addSigns(samples, index, inside);
    bool as_proven = true;
    for (int row = 0; row < kBrickRows; ++row) {
      as_proven = as_proven && inside[row] == (signs_.row(index, row) & wanted[row]);
    }
    if (samples_[index]) samples = merge(*samples_[index], samples);
    samples_[index] = std::make_unique<BrickSamples>(std::move(samples));
    return as_proven;
  }

  Mesh polygonise() {
    const auto valueAt = [&](const Index3& point) {
      const Index3 brick{point[0] / kBrick, point[1] / kBrick, point[2] / kBrick};
      const int row = point[0] % kBrick * kBrick + point[1] % kBrick;
      return samples_[lattice_.brickIndex(brick)]->at(row, point[2] % kBrick);
    };
    const auto resolution = static_cast<std::size_t>(lattice_.size[0]);
    const auto toPosition = [&](double index) {
      return static_cast<float>(latticeCoordinate(index, resolution));
    };
    return Polygoniser(signs_, task_, kPolygons).run(level_, valueAt, toPosition);
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const PackedField& field_;
  const LatticeTexels& texels_;
  const Lattice lattice_;
  const double level_;
  const float threshold_;
  const Task& task_;
  MarkGrid marks_;
  SignGrid signs_;
  std::vector<std::unique_ptr<BrickSamples>> samples_;
  std::vector<std::unique_ptr<BrickEvaluator>> evaluators_;
  std::atomic<std::uint64_t> evaluated_points_{0};
  std::atomic<std::size_t> first_bad_brick_{kNone};
};

}  // namespace

Extraction extractWith(const PackedField& field, const LatticeTexels& texels,
                       const Lattice& lattice, double level,
                       const std::function<Classifier()>& makeClassifier, const Task& task) {
  return Extractor(field, texels, lattice, level, task).run(makeClassifier);
}

Extraction extract(const Field& field, const ExtractOptions& options, const Task& task) {
  if (options.resolution < 2 || options.resolution > kMaxResolution) {
    throw std::invalid_argument("extract: resolution " + std::to_string(options.resolution) +
                                " is not within 2..2048");
  }
  const PackedField& packed = field.packed();
  requireSound(packed.flaw);
  const int size = static_cast<int>(options.resolution);
  const Lattice lattice{{size, size, size}, 1};
  const LatticeTexels texels(packed, options.resolution);
  if (!options.sparse) {
    const auto make = [&] { return makeDenseClassifier(lattice); };
    return extractWith(packed, texels, lattice, options.level, make, task);
  }
  const ClassifierPlan plan(lattice, packed, texels, thresholdOf(options.level), Unit::kPoint);
  const auto make = [&] { return makeBoundingClassifier(plan); };
  return extractWith(packed, texels, lattice, options.level, make, task);
}

}  // namespace maquette
