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

// Calls visit(low row, high row, shift, cut) for the brick's edges between real points that change
// sign: bit k of `cut` is an edge from bit k of the low row to bit k + shift of the high row, rows
// numbered as in SpanBits.
template <typename Visit>
void forEachCutRealEdge(const Lattice& lattice, const Index3& brick, const SpanBits& signs,
                        const Visit& visit) {
  const auto real = [&](int axis, int offset) {
    return lattice.isReal(axis, brick[axis] * kBrick + offset);
  };
  std::uint32_t real_z = 0;
  for (int k = 0; k < kSpan; ++k) real_z |= static_cast<std::uint32_t>(real(2, k)) << k;
  for (int i = 0; i < kBrick; ++i) {
    for (int j = 0; j < kBrick; ++j) {
      if (!real(0, i) || !real(1, j)) continue;
      const int row = i * kSpan + j;
      const std::uint32_t own = real_z & 0xffff;
      if (real(0, i + 1)) visit(row, row + kSpan, 0, (signs[row] ^ signs[row + kSpan]) & own);
      if (real(1, j + 1)) visit(row, row + 1, 0, (signs[row] ^ signs[row + 1]) & own);
      visit(row, row, 1, (signs[row] ^ signs[row] >> 1) & own & real_z >> 1);
    }
  }
}

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
    evaluateCandidates();
    refuseBadValue();
    result.missed_blocks = repairMisses();
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

  // Bits of the brick's points between real lattice points.
  BrickBits realPoints(const Index3& brick) const {
    std::uint32_t z = 0;
    for (int k = 0; k < kBrick; ++k) {
      z |= static_cast<std::uint32_t>(lattice_.isReal(2, brick[2] * kBrick + k)) << k;
    }
    BrickBits real{};
    for (int row = 0; row < kBrickRows; ++row) {
      const bool is_real = lattice_.isReal(0, brick[0] * kBrick + row / kBrick) &&
                           lattice_.isReal(1, brick[1] * kBrick + row % kBrick);
      if (is_real) real[row] = static_cast<std::uint16_t>(z);
    }
    return real;
  }

  // Real points of the brick that are corners of candidate cells, its own or its lower neighbours'.
  BrickBits wantedPoints(const Index3& brick, const BrickBits& real) const {
    // Bit k + 1 of row (i + 1) * 17 + j + 1: cell (i, j, k), from -1.
    SpanBits cells{};
    for (int part = 0; part < 4; ++part) {
      const int i_begin = part >> 1 ? 0 : 1;
      const int j_begin = part & 1 ? 0 : 1;
      const Index3 neighbour{brick[0] - (part >> 1), brick[1] - (part & 1), brick[2]};
      const CellMarks* own = marksAt(neighbour);
      const CellMarks* below = marksAt({neighbour[0], neighbour[1], brick[2] - 1});
      for (int i = i_begin; i < (i_begin ? kSpan : 1); ++i) {
        for (int j = j_begin; j < (j_begin ? kSpan : 1); ++j) {
          const int row = (i + kBrick - 1) % kBrick * kBrick + (j + kBrick - 1) % kBrick;
          std::uint32_t& bits = cells[i * kSpan + j];
          if (own) bits |= static_cast<std::uint32_t>(own->candidate[row]) << 1;
          if (below) bits |= below->candidate[row] >> 15;
        }
      }
    }
    BrickBits wanted;
    for (int row = 0; row < kBrickRows; ++row) {
      const std::uint32_t* corner = &cells[row / kBrick * kSpan + row % kBrick];
      const std::uint32_t around = corner[0] | corner[1] | corner[kSpan] | corner[kSpan + 1];
      wanted[row] = static_cast<std::uint16_t>((around | around >> 1) & real[row]);
    }
    return wanted;
  }

  bool hasMarksAround(const Index3& brick) const {
    for (int part = 0; part < 8; ++part) {
      if (marksAt({brick[0] - (part >> 2), brick[1] - (part >> 1 & 1), brick[2] - (part & 1)})) {
        return true;
      }
    }
    return false;
  }

  const CellMarks* marksAt(const Index3& brick) const {
    return lattice_.hasBrick(brick) ? marks_.marks(lattice_.brickIndex(brick)) : nullptr;
  }

  void evaluateCandidates() {
    for (unsigned i = 0; i < workerCount(task_); ++i) {
      evaluators_.push_back(std::make_unique<BrickEvaluator>(lattice_, field_, texels_));
    }
    parallelFor(task_, samples_.size(), 1, kEvaluation, [&](std::size_t index, unsigned worker) {
      const Index3 brick = lattice_.brickAt(index);
      if (!marks_.isInside(index) && !hasMarksAround(brick)) return;
      const BrickBits real = realPoints(brick);
      settle(brick, index, real, wantedPoints(brick, real), *evaluators_[worker]);
    });
  }

  // Evaluates `wanted` and stores the brick's signs: of evaluated points by value, of the others
  // by the proven cell whose lowest corner they are.
  void settle(const Index3& brick, std::size_t index, const BrickBits& real,
              const BrickBits& wanted, BrickEvaluator& evaluator) {
    BrickBits inside;
    const CellMarks* marks = marks_.marks(index);
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

  // Every cut edge must have both ends evaluated; where one has not, the brick of that end was
  // skipped wrongly. Evaluates such bricks whole until there are none, so that even a wrong bound
  // cannot open the surface.
  std::uint64_t repairMisses() {
    std::uint64_t missed = 0;
    for (;;) {
      std::vector<std::atomic<std::uint8_t>> flags(samples_.size());
      std::atomic<std::uint64_t> found{0};
      parallelFor(task_, samples_.size(), 32, {0, 0}, [&](std::size_t index, unsigned) {
        found += flagMisses(lattice_.brickAt(index), flags);
      });
      if (found == 0) return missed;
      parallelFor(task_, samples_.size(), 1, {0, 0}, [&](std::size_t index, unsigned worker) {
        if (flags[index] == 0) return;
        const Index3 brick = lattice_.brickAt(index);
        const BrickBits real = realPoints(brick);
        settle(brick, index, real, real, *evaluators_[worker]);
      });
      refuseBadValue();
      for (const auto& flag : flags) missed += flag;
    }
  }

  std::uint64_t flagMisses(const Index3& brick, std::vector<std::atomic<std::uint8_t>>& flags) {
    if (!canBeCut(signs_, brick)) return 0;
    const SpanBits signs = gatherSigns(signs_, brick);
    const SpanBits known = gatherSpan(lattice_, brick, [&](std::size_t index, int row) {
      return samples_[index] ? static_cast<std::uint32_t>(samples_[index]->known[row]) : 0u;
    });
    std::uint64_t found = 0;
    const auto flag = [&](int row, std::uint32_t ends) {
      for (; ends != 0; ends &= ends - 1, ++found) {
        const Index3 owner{brick[0] + row / kSpan / kBrick, brick[1] + row % kSpan / kBrick,
                           brick[2] + static_cast<int>(lowestBit(ends)) / kBrick};
        flags[lattice_.brickIndex(owner)] = 1;
      }
    };
    forEachCutRealEdge(lattice_, brick, signs,
                       [&](int low, int high, int shift, std::uint32_t cut) {
                         flag(low, cut & ~known[low]);
                         flag(high, cut << shift & ~known[high]);
                       });
    return found;
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
  const BoundingLayers layers(packed);
  const auto make = [&] {
    return makeBoundingClassifier(lattice, packed, texels, layers, thresholdOf(options.level));
  };
  return extractWith(packed, texels, lattice, options.level, make, task);
}

}  // namespace maquette
