// AVX2 + FMA kernels. The target is set inside the file, after the standard headers: nothing of
// them may be compiled for instructions the machine might lack.
#include <cmath>

#include "compiler.h"
#include "simd.h"

#if defined(MAQUETTE_X64)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx2,fma")
#endif

namespace maquette {
namespace {

constexpr int kPoints = 6;
constexpr int kPanels = 1;

struct Lanes {
  __m256 low;
  __m256 high;
};

MAQUETTE_INLINE Lanes load(const float* from) {
  return {_mm256_load_ps(from), _mm256_load_ps(from + 8)};
}
MAQUETTE_INLINE Lanes loadUnaligned(const float* from) {
  return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
}
MAQUETTE_INLINE void store(float* to, Lanes a) {
  _mm256_store_ps(to, a.low);
  _mm256_store_ps(to + 8, a.high);
}
MAQUETTE_INLINE Lanes broadcast(float value) {
  const __m256 wide = _mm256_set1_ps(value);
  return {wide, wide};
}
MAQUETTE_INLINE Lanes operator+(Lanes a, Lanes b) {
  return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes operator-(Lanes a, Lanes b) {
  return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes operator*(Lanes a, Lanes b) {
  return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes operator/(Lanes a, Lanes b) {
  return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes multiplyAdd(Lanes a, Lanes b, Lanes c) {
  return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
MAQUETTE_INLINE Lanes max(Lanes a, Lanes b) {
  return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes min(Lanes a, Lanes b) {
  return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)};
}
MAQUETTE_INLINE Lanes abs(Lanes a) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  return {_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}
MAQUETTE_INLINE Lanes selectIfGreaterEqual(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_GE_OQ)),
          _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_GE_OQ))};
}
// `exponent` is an integer plus 1.5 * 2^23, whose low bits are added to the exponent of a.
MAQUETTE_INLINE Lanes timesPowerOfTwo(Lanes a, Lanes exponent) {
  const __m256i low = _mm256_slli_epi32(_mm256_castps_si256(exponent.low), 23);
  const __m256i high = _mm256_slli_epi32(_mm256_castps_si256(exponent.high), 23);
  return {_mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a.low), low)),
          _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a.high), high))};
}
MAQUETTE_INLINE std::uint32_t greaterBits(Lanes a, Lanes b) {
  const int low = _mm256_movemask_ps(_mm256_cmp_ps(a.low, b.low, _CMP_GT_OQ));
  const int high = _mm256_movemask_ps(_mm256_cmp_ps(a.high, b.high, _CMP_GT_OQ));
  return static_cast<std::uint32_t>(low | (high << 8));
}
MAQUETTE_INLINE float total(Lanes a) {
  const __m256 eight = _mm256_add_ps(a.low, a.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

#include "simd-kernels.inl"

constexpr Simd kSimd = makeSimd(InstructionSet::kAvx2);

}  // namespace

const Simd* avx2Simd() { return &kSimd; }

}  // namespace maquette

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else

namespace maquette {

const Simd* avx2Simd() { return nullptr; }

}  // namespace maquette

#endif
