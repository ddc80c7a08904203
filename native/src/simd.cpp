#include "simd.h"

#include <stdexcept>
#include <string>

#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace maquette {
namespace {

#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)

bool cpuHas(InstructionSet set) {
  int leaf1[4];
  int leaf7[4];
  __cpuidex(leaf1, 1, 0);
  __cpuidex(leaf7, 7, 0);
  const bool os_saves_registers = (leaf1[2] >> 27) & 1;
  if (!os_saves_registers) return false;
  const unsigned long long saved = _xgetbv(0);
  if (set == InstructionSet::kAvx512) return (saved & 0xe6) == 0xe6 && ((leaf7[1] >> 16) & 1);
  return (saved & 0x6) == 0x6 && ((leaf7[1] >> 5) & 1) && ((leaf1[2] >> 12) & 1);
}

#elif defined(__x86_64__)

bool cpuHas(InstructionSet set) {
  if (set == InstructionSet::kAvx512) return __builtin_cpu_supports("avx512f");
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#else

bool cpuHas(InstructionSet) { return false; }

#endif

const Simd* find(InstructionSet set) {
  switch (set) {
    case InstructionSet::kAvx2:
      return cpuHas(set) ? avx2Simd() : nullptr;
    case InstructionSet::kAvx512:
      return cpuHas(set) ? avx512Simd() : nullptr;
    case InstructionSet::kNeon:
      return neonSimd();
    default:
      return scalarSimd();
  }
}

}  // namespace

bool isSupported(InstructionSet set) { return find(set) != nullptr; }

InstructionSet bestInstructionSet() {
  for (InstructionSet set :
       {InstructionSet::kAvx512, InstructionSet::kAvx2, InstructionSet::kNeon}) {
    if (isSupported(set)) return set;
  }
  return InstructionSet::kScalar;
}

const char* instructionSetName(InstructionSet set) {
  switch (set) {
    case InstructionSet::kAvx2:
      return "avx2";
    case InstructionSet::kAvx512:
      return "avx512";
    case InstructionSet::kNeon:
      return "neon";
    default:
      return "scalar";
  }
}

const Simd& simdOf(InstructionSet set) {
  const Simd* simd = find(set);
  if (!simd) {
    throw std::invalid_argument(std::string("instruction set ") + instructionSetName(set) +
                                " is not supported on this machine");
  }
  return *simd;
}

}  // namespace maquette
