#include "ray-packet.h"

#include <algorithm>
#include <cmath>

#include "importance.h"

namespace maquette {
namespace {

constexpr std::size_t kBatch = PointEvaluator::kBatch;

// Samples of a ray between two looks at whether the rest is hidden.
constexpr std::size_t kStep = 8;

// A ray ends where less than this share of its light still passes.
constexpr double kHidden = 1.0 / 4096;

// As the reference does, so that nothing is ever quite opaque.
constexpr double kTransmittanceFloor = 1e-10;

double activate(double raw, Density density) {
  const double x = raw - 1;
  if (density == Density::kExp) return std::exp(x);
  return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

double opacityOf(double optical_depth) { return -std::expm1(-optical_depth); }

}  // namespace

void RayPacket::Ray::reset() {
  std::fill_n(rgb, 3, 0.0);
  opacity = 0;
  distance = 0;
  transmittance = 1;
}

bool RayPacket::Ray::isDone() const {
  return !(passage.far > passage.near) || transmittance < kHidden;
}

// Adds what covers `alpha` of what is behind it; returns its weight in the picture.
double RayPacket::Ray::add(double alpha, const double* colour, double at) {
  const double weight = alpha * transmittance;
  for (int channel = 0; channel < 3; ++channel) rgb[channel] += weight * colour[channel];
  opacity += weight;
  distance += weight * at;
  transmittance *= 1 - alpha + kTransmittanceFloor;
  return weight;
}

RayPacket::RayPacket(const PackedField& field, const EmptySpace& clear,
                     const RenderOptions& options)
    : field_(field),
      clear_(clear),
      options_(options),
      samples_(kRays * options.samples),
      unmerged_(options.samples),
      distances_(options.samples),
      weights_(kRays * options.samples),
      evaluator_(field),
      points_(3 * kBatch),
      values_(4 * kBatch) {}

void RayPacket::render(const RayView& rays, const Passages& passages, std::size_t first,
                       std::size_t count, Rendering& out) {
  start(rays, passages, first, count);
  if (options_.marcher == Marcher::kUniform) {
    for (std::size_t ray = 0; ray < count; ++ray) placeBins(ray);
  } else {
    for (std::size_t ray = 0; ray < count; ++ray) placeCoarse(ray);
    march(options_.samples / 2);
    for (std::size_t ray = 0; ray < count; ++ray) addFine(ray);
  }
  march(options_.samples);
  for (std::size_t ray = 0; ray < count; ++ray) write(ray, first + ray, passages, out);
}

void RayPacket::start(const RayView& rays, const Passages& passages, std::size_t first,
                      std::size_t count) {
  count_ = count;
  for (std::size_t i = 0; i < count; ++i) {
    Ray& ray = rays_[i];
    ray.origin = rays.origins + 3 * (first + i);
    ray.direction = rays.directions + 3 * (first + i);
    ray.passage = passages.rays[first + i];
    ray.reset();
  }
}

void RayPacket::placeBins(std::size_t index) {
  const Ray& ray = rays_[index];
  if (ray.isDone()) return;
  const double near = ray.passage.near;
  const double length = ray.passage.far - near;
  for (std::size_t k = 0; k < options_.samples; ++k) {
    const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(options_.samples);
    samplesOf(index)[k] = place(ray, static_cast<float>(near + share * length));
  }
}

void RayPacket::placeCoarse(std::size_t index) {
  const Ray& ray = rays_[index];
  if (ray.isDone()) return;
  const std::size_t count = options_.samples / 2;
  const float length = ray.passage.far - ray.passage.near;
  for (std::size_t k = 0; k < count; ++k) {
    const float share = static_cast<float>(k) / static_cast<float>(count - 1);
    samplesOf(index)[k] = place(ray, ray.passage.near + share * length);
  }
  std::fill_n(weightsOf(index), count, 0.0);
}

// Sorts fine samples in between the coarse ones, which keep their values.
void RayPacket::addFine(std::size_t index) {
  Ray& ray = rays_[index];
  if (!(ray.passage.far > ray.passage.near)) return;
  ray.reset();
  const std::size_t count = options_.samples / 2;
  Sample* samples = samplesOf(index);
  Sample* coarse = unmerged_.data();
  Sample* fine = coarse + count;
  std::copy_n(samples, count, coarse);
  float* distances = distances_.data();
  for (std::size_t k = 0; k < count; ++k) distances[k] = coarse[k].distance;
  importanceSamples(distances, weightsOf(index), count, distances + count);
  for (std::size_t k = 0; k < count; ++k) fine[k] = place(ray, distances[count + k]);
  std::merge(coarse, fine, fine, fine + count, samples, [](const Sample& a, const Sample& b) {
    return a.distance < b.distance;
  });
}

RayPacket::Sample RayPacket::place(const Ray& ray, float distance) const {
  Sample sample{};
  sample.distance = distance;
  for (int axis = 0; axis < 3; ++axis) {
    // In single precision, as the reference: it decides on which side of a face a sample lies.
    const float position = ray.origin[axis] + distance * ray.direction[axis];
    sample.point[axis] = static_cast<float>(position / options_.box_radius);
    sample.is_outside = sample.is_outside || !(std::fabs(position) <= options_.box_radius);
  }
  sample.is_clear = sample.is_outside || clear_.contains(sample.point);
  return sample;
}

void RayPacket::march(std::size_t samples) {
  for (std::size_t begin = 0; begin < samples; begin += kStep) {
    const std::size_t end = std::min(begin + kStep, samples);
    evaluate(begin, end, samples);
    for (std::size_t ray = 0; ray < count_; ++ray) {
      if (rays_[ray].isDone()) continue;
      if (options_.marcher == Marcher::kUniform) {
        compositeBins(ray, begin, end);
      } else {
        compositeIntervals(ray, begin, end);
      }
    }
  }
}

// Evaluates samples begin..end of all rays, as far as they can be seen. In an interval that is
// clear at one end only, the other end's value counts too.
void RayPacket::evaluate(std::size_t begin, std::size_t end, std::size_t samples) {
  const bool has_intervals = options_.marcher == Marcher::kImportance;
  for (std::size_t ray = 0; ray < count_; ++ray) {
    if (rays_[ray].isDone()) continue;
    Sample* sample = samplesOf(ray);
    for (std::size_t k = begin; k < end; ++k) {
      if (sample[k].is_known || sample[k].is_outside) continue;
      const bool touches_more = has_intervals && ((k > 0 && !sample[k - 1].is_clear) ||
                                                  (k + 1 < samples && !sample[k + 1].is_clear));
      if (sample[k].is_clear && !touches_more) continue;
      std::copy_n(sample[k].point, 3, points_.data() + 3 * waiting_count_);
      waiting_[waiting_count_++] = sample + k;
      if (waiting_count_ == kBatch) flush();
    }
  }
  flush();
}

void RayPacket::flush() {
  evaluator_.evaluate(points_.data(), waiting_count_, values_.data());
  for (std::size_t i = 0; i < waiting_count_; ++i) {
    std::copy_n(values_.data() + 4 * i, 4, waiting_[i]->value);
    waiting_[i]->is_known = true;
  }
  waiting_count_ = 0;
}

void RayPacket::compositeBins(std::size_t ray, std::size_t begin, std::size_t end) {
  // TripoSR's step is a share of the passage, not a length.
  const double step = 1 / static_cast<double>(options_.samples);
  for (std::size_t k = begin; k < end; ++k) {
    const Sample& sample = samplesOf(ray)[k];
    if (!sample.is_known) continue;
    const double colour[3] = {sample.value[1], sample.value[2], sample.value[3]};
    const double alpha = opacityOf(activate(sample.value[0], options_.density) * step);
    rays_[ray].add(alpha, colour, sample.distance);
  }
}

// The intervals that end at samples begin..end.
void RayPacket::compositeIntervals(std::size_t ray, std::size_t begin, std::size_t end) {
  for (std::size_t k = std::max<std::size_t>(begin, 1); k < end; ++k) {
    const Sample& front = samplesOf(ray)[k - 1];
    const Sample& back = samplesOf(ray)[k];
    if ((front.is_clear && back.is_clear) || front.is_outside || back.is_outside) continue;
    double mean[4];
    for (int i = 0; i < 4; ++i) mean[i] = (static_cast<double>(front.value[i]) + back.value[i]) / 2;
    const double length = back.distance - front.distance;
    const double alpha = opacityOf(activate(mean[0], options_.density) * length);
    const double middle = (static_cast<double>(front.distance) + back.distance) / 2;
    weightsOf(ray)[k - 1] = rays_[ray].add(alpha, mean + 1, middle);
  }
}

void RayPacket::write(std::size_t index, std::size_t target, const Passages& passages,
                      Rendering& out) const {
  const Ray& ray = rays_[index];
  for (int channel = 0; channel < 3; ++channel) {
    out.rgb[3 * target + channel] = static_cast<float>(ray.rgb[channel]);
  }
  out.opacity[target] = static_cast<float>(ray.opacity);
  const double mean = ray.distance / ray.opacity;
  out.depth[target] =
      ray.opacity > 0
          ? std::clamp(static_cast<float>(mean), passages.least, passages.greatest)
          : passages.greatest;
}

}  // namespace maquette
