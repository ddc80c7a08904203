// Kernel results as typed arrays.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cstddef>

#include "maquette/buffer.h"

namespace maquette {

// Moves a buffer into a typed array; copies where the host forbids external memory (Electron).
template <typename Array, typename T>
Array toTypedArray(Napi::Env env, Buffer<T> buffer) {
  const std::size_t count = buffer.size();
  const std::size_t bytes = count * sizeof(T);
  if (count == 0) return Array::New(env, 0);
  napi_value value = nullptr;
  const auto finalise = [](napi_env, void* data, void*) {
    Buffer<T>::deallocate(static_cast<T*>(data));
  };
  const napi_status status =
      napi_create_external_arraybuffer(env, buffer.data(), bytes, finalise, nullptr, &value);
  if (status == napi_ok) {
    buffer.release();
    return Array::New(env, count, Napi::ArrayBuffer(env, value), 0);
  }
  if (status != napi_no_external_buffers_allowed) throw Napi::Error::New(env);
  Array copy = Array::New(env, count);
  std::copy_n(buffer.data(), count, copy.Data());
  return copy;
}

}  // namespace maquette
