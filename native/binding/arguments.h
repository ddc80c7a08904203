// Reading JavaScript arguments. Every failure is a TypeError or RangeError that names the argument.
//
// Reading a property can run JavaScript, which may detach a buffer. So all properties are read
// first and array contents are looked at afterwards, with nothing of JavaScript in between.
#pragma once

#include <napi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "maquette/buffer.h"
#include "maquette/field.h"

namespace maquette {

// A Float32Array that has been checked for its type only.
struct FloatArray {
  Napi::Value value;
  std::string name;

  // Borrowed contents; valid until JavaScript runs again. Throws unless there are `length` floats.
  const float* contents(std::size_t length) const;
  std::size_t length() const;
};

FloatArray readFloatArray(const Napi::Value& value, const std::string& name);

// An owned copy of all contents.
Buffer<float> copyOf(const FloatArray& array);

Napi::Object readObject(const Napi::Value& value, const std::string& name);
std::size_t readInteger(const Napi::Value& value, const std::string& name, std::size_t least,
                        std::size_t most);
double readFinite(const Napi::Value& value, const std::string& name);
bool readBoolean(const Napi::Value& value, const std::string& name);

// `options.threads`: 1..256, or 0 when it is undefined.
unsigned readThreads(const Napi::Object& options);

// The words of an Int32Array of at least 2 elements over a SharedArrayBuffer: memory that cannot be
// detached, alive as long as the array is.
std::int32_t* readControl(const Napi::Value& value, const std::string& name);

// A packed copy of a FoldedField.
Field readField(const Napi::Value& value);

}  // namespace maquette
