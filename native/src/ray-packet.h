// Neighbouring rays that are marched together, so that their samples fill the decoder's batches.
#pragma once

#include <array>
#include <cstddef>

#include "empty-space.h"
#include "maquette/render.h"
#include "point-evaluator.h"
#include "ray-passage.h"

namespace maquette {

// Working memory of one thread.
class RayPacket {
 public:
  static constexpr std::size_t kRays = 64;

  RayPacket(const PackedField& field, const EmptySpace& clear, const RenderOptions& options);

  // Renders `count` <= kRays rays from `first` on into the same elements of `out`.
  void render(const RayView& rays, const Passages& passages, std::size_t first, std::size_t count,
              Rendering& out);

 private:
  struct Sample {
    float distance;
    float point[3];   // in the field's coordinates
    bool is_outside;  // beyond a face of the box, so the intervals at it are empty
    bool is_clear;    // in a block that is proven clear
    bool is_known;    // `value` has been evaluated
    float value[4];   // raw density, red, green, blue
  };

  // A ray and what has been composited of it, front to back.
  struct Ray {
    const float* origin;
    const float* direction;
    Passage passage;
    double rgb[3];
    double opacity;
    double distance;
    double transmittance;

    void reset();
    bool isDone() const;
    double add(double alpha, const double* colour, double at);
  };

  void start(const RayView& rays, const Passages& passages, std::size_t first, std::size_t count);
  void placeBins(std::size_t ray);
  void placeCoarse(std::size_t ray);
  void addFine(std::size_t ray);
  Sample place(const Ray& ray, float distance) const;

  void march(std::size_t samples);
  void evaluate(std::size_t begin, std::size_t end, std::size_t samples);
  void flush();
  void compositeBins(std::size_t ray, std::size_t begin, std::size_t end);
  void compositeIntervals(std::size_t ray, std::size_t begin, std::size_t end);
  void write(std::size_t ray, std::size_t index, const Passages& passages, Rendering& out) const;

  Sample* samplesOf(std::size_t ray) { return samples_.data() + ray * options_.samples; }
  double* weightsOf(std::size_t ray) { return weights_.data() + ray * options_.samples; }

  const PackedField& field_;
  const EmptySpace& clear_;
  const RenderOptions options_;
  std::size_t count_ = 0;
  std::array<Ray, kRays> rays_{};
  Buffer<Sample> samples_;   // (kRays, samples)
  Buffer<Sample> unmerged_;  // (samples)
  Buffer<float> distances_;  // (samples)
  Buffer<double> weights_;   // (kRays, samples) of intervals

  PointEvaluator evaluator_;
  Buffer<float> points_;  // (kBatch, 3)
  Buffer<float> values_;  // (kBatch, 4)
  std::array<Sample*, PointEvaluator::kBatch> waiting_{};
  std::size_t waiting_count_ = 0;
};

}  // namespace maquette
