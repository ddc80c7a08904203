// NEON kernels; every 64-bit ARM has these instructions.
#include <cmath>

#include "compiler.h"
#include "simd.h"

#if defined(MAQUETTE_ARM64)
#include <arm_neon.h>

namespace maquette {
namespace {

constexpr int kPoints = 6;
constexpr int kPanels = 1;

struct Lanes {
  float32x4_t v[4];
};

template <typename Operation>
MAQUETTE_INLINE Lanes each(Operation operation) {
  return {{operation(0), operation(1), operation(2), operation(3)}};
}

MAQUETTE_INLINE Lanes load(const float* from) {
  return each([&](int i) { return vld1q_f32(from + 4 * i); });
}
MAQUETTE_INLINE Lanes loadUnaligned(const float* from) { return load(from); }
MAQUETTE_INLINE void store(float* to, const Lanes& a) {
  for (int i = 0; i < 4; ++i) vst1q_f32(to + 4 * i, a.v[i]);
}
MAQUETTE_INLINE Lanes broadcast(float value) {
  const float32x4_t wide = vdupq_n_f32(value);
  return {{wide, wide, wide, wide}};
}
MAQUETTE_INLINE Lanes operator+(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vaddq_f32(a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes operator-(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vsubq_f32(a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes operator*(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vmulq_f32(a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes operator/(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vdivq_f32(a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes multiplyAdd(const Lanes& a, const Lanes& b, const Lanes& c) {
  return each([&](int i) { return vfmaq_f32(c.v[i], a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes max(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vbslq_f32(vcgtq_f32(a.v[i], b.v[i]), a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes min(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return vbslq_f32(vcltq_f32(a.v[i], b.v[i]), a.v[i], b.v[i]); });
}
MAQUETTE_INLINE Lanes abs(const Lanes& a) {
  return each([&](int i) { return vabsq_f32(a.v[i]); });
}
MAQUETTE_INLINE Lanes selectIfGreaterEqual(const Lanes& a, const Lanes& b, const Lanes& yes,
                                           const Lanes& no) {
  return each([&](int i) { return vbslq_f32(vcgeq_f32(a.v[i], b.v[i]), yes.v[i], no.v[i]); });
}
// `exponent` is an integer plus 1.5 * 2^23, whose low bits are added to the exponent of a.
MAQUETTE_INLINE Lanes timesPowerOfTwo(const Lanes& a, const Lanes& exponent) {
  return each([&](int i) {
    const uint32x4_t bits = vshlq_n_u32(vreinterpretq_u32_f32(exponent.v[i]), 23);
    return vreinterpretq_f32_u32(vaddq_u32(vreinterpretq_u32_f32(a.v[i]), bits));
  });
}
MAQUETTE_INLINE std::uint32_t greaterBits(const Lanes& a, const Lanes& b) {
  const std::uint32_t weights[4] = {1, 2, 4, 8};
  const uint32x4_t weight = vld1q_u32(weights);
  std::uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) {
    bits |= vaddvq_u32(vandq_u32(vcgtq_f32(a.v[i], b.v[i]), weight)) << (4 * i);
  }
  return bits;
}
MAQUETTE_INLINE float total(const Lanes& a) {
  const float32x4_t four =
      vaddq_f32(vaddq_f32(a.v[0], a.v[2]), vaddq_f32(a.v[1], a.v[3]));
  const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

#include "simd-kernels.inl"

constexpr Simd kSimd = makeSimd(InstructionSet::kNeon);

}  // namespace

const Simd* neonSimd() { return &kSimd; }

}  // namespace maquette

#else

namespace maquette {

const Simd* neonSimd() { return nullptr; }

}  // namespace maquette

#endif
