#pragma once

#include <string>

#include "check.h"

namespace maquette::test {

void testMarchingCubes();
void testField();
void testExtract();
void testRender();

// The message of the error of type `Expected` that `body` throws.
template <typename Expected, typename Body>
std::string messageOf(const Body& body) {
  try {
    body();
  } catch (const Expected& error) {
    return error.what();
  }
  CHECK(false, "expected an error");
  return {};
}

}  // namespace maquette::test
