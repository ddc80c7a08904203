#include "maquette/render.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "empty-space.h"
#include "not-finite.h"
#include "parallel.h"
#include "ray-packet.h"
#include "ray-passage.h"

namespace maquette {
namespace {

// Density, per unit of length, that is taken for none: 2 sqrt(3) of it hide 4e-6 of what is behind.
constexpr double kClearDensity = 1e-6;

// With fewer samples than this, proving cells clear costs more than evaluating what is in them.
constexpr std::size_t kWorthClearing = std::size_t{1} << 22;

constexpr ProgressSpan kClearing{0, 50};
constexpr ProgressSpan kMarching{50, 1000};

void checkOptions(const RenderOptions& options) {
  if (options.samples < 8 || options.samples > 1024 || options.samples % 2 != 0) {
    throw std::invalid_argument("render: " + std::to_string(options.samples) +
                                " samples are not an even number within 8..1024");
  }
  if (!(options.box_radius > 0)) throw std::invalid_argument("render: the box has no size");
}

}  // namespace

Rendering render(const Field& field, const RayView& rays, const RenderOptions& options,
                 const Task& task) {
  checkOptions(options);
  const PackedField& packed = field.packed();
  requireSound(packed.flaw);
  // Both softplus(raw - 1) and exp(raw - 1) are at most exp(raw - 1).
  const float clear_level = static_cast<float>(std::log(kClearDensity)) + 1;
  const bool is_worth_clearing = rays.count * options.samples >= kWorthClearing;
  const EmptySpace clear =
      is_worth_clearing ? EmptySpace(packed, clear_level, task, kClearing) : EmptySpace();
  const Passages passages = findPassages(rays, options);

  Rendering out{Buffer<float>(3 * rays.count), Buffer<float>(rays.count),
                Buffer<float>(rays.count)};
  std::vector<std::unique_ptr<RayPacket>> packets;
  for (unsigned i = 0; i < workerCount(task); ++i) {
    packets.push_back(std::make_unique<RayPacket>(packed, clear, options));
  }
  const std::size_t count = (rays.count + RayPacket::kRays - 1) / RayPacket::kRays;
  parallelFor(task, count, 1, kMarching, [&](std::size_t packet, unsigned worker) {
    const std::size_t first = packet * RayPacket::kRays;
    const std::size_t size = std::min(RayPacket::kRays, rays.count - first);
    packets[worker]->render(rays, passages, first, size, out);
  });
  return out;
}

}  // namespace maquette
