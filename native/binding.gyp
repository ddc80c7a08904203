{
  "variables": { "werror%": 0 },
  "targets": [
    {
      "target_name": "maquette",
      "sources": [
        "binding/addon.cpp",
        "binding/arguments.cpp",
        "binding/box-bounds-binding.cpp",
        "src/affine-bounds.cpp",
        "src/axis-cuts.cpp",
        "src/box-bounds.cpp",
        "src/brick-evaluator.cpp",
        "src/case-table.cpp",
        "src/classify.cpp",
        "src/cut-ends.cpp",
        "src/empty-space.cpp",
        "src/extract.cpp",
        "src/field.cpp",
        "src/importance.cpp",
        "src/marching-cubes.cpp",
        "src/parallel.cpp",
        "src/ray-packet.cpp",
        "src/ray-passage.cpp",
        "src/render.cpp",
        "src/simd-avx2.cpp",
        "src/simd-avx512.cpp",
        "src/simd-neon.cpp",
        "src/simd-scalar.cpp",
        "src/simd.cpp"
      ],
      "include_dirs": [
        "include",
        "src",
        "<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17"],
      # Contraction to fused multiply-adds is off: results must not depend on what a compiler fuses.
      "cflags_cc": [
        "-std=c++17",
        "-O3",
        "-Wall",
        "-Wextra",
        "-fexceptions",
        "-fvisibility=hidden",
        "-ffp-contract=off",
        "-fno-math-errno",
        "-fno-trapping-math"
      ],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "CLANG_CXX_LIBRARY": "libc++",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "GCC_OPTIMIZATION_LEVEL": "3",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "OTHER_CPLUSPLUSFLAGS": [
          "-Wall",
          "-Wextra",
          "-ffp-contract=off",
          "-fno-math-errno",
          "-fno-trapping-math"
        ]
      },
      "msvs_settings": {
        "VCCLCompilerTool": {
          "ExceptionHandling": 1,
          "Optimization": 2,
          "FloatingPointModel": 0,
          "AdditionalOptions": ["/std:c++17", "/W4", "/Zc:__cplusplus"]
        }
      },
      "conditions": [
        [
          "werror==1",
          {
            "cflags_cc": ["-Werror"],
            "xcode_settings": { "GCC_TREAT_WARNINGS_AS_ERRORS": "YES" },
            "msvs_settings": { "VCCLCompilerTool": { "WarnAsError": "true" } }
          }
        ]
      ]
    }
  ]
}
