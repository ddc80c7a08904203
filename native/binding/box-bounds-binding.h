// BoxBounds as functions of the addon.
#pragma once

#include <napi.h>

namespace maquette {

// (field, resolution) -> a handle: the field's data is copied and prepared once.
Napi::Value prepareBoundsBinding(const Napi::CallbackInfo& info);

// (handle, boxes: Int32Array (N, 6), options, control) -> Promise<Float64Array> (N, 14).
Napi::Value boundBoxesBinding(const Napi::CallbackInfo& info);

}  // namespace maquette
