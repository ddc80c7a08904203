// Tests of the kernels without Node, to be run under sanitizers by run.mjs.
#include <chrono>
#include <cstdio>

#include "tests.h"

int main() {
  const auto run = [](const char* name, void (*test)()) {
    const auto begin = std::chrono::steady_clock::now();
    test();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::printf("  %s passed (%.1f s)\n", name, seconds.count());
  };
  run("marching cubes", maquette::test::testMarchingCubes);
  run("field", maquette::test::testField);
  run("extract", maquette::test::testExtract);
  run("render", maquette::test::testRender);
  return 0;
}
