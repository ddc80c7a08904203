// Work off the JavaScript thread, as a promise.
#pragma once

#include <napi.h>

#include <exception>
#include <new>
#include <string>

#include "arguments.h"
#include "maquette/task.h"

namespace maquette {

// Derive, override compute() (any thread; no JavaScript) and result() (JavaScript thread), create
// with new and call start(): the runner deletes itself. Exceptions of compute() reject the promise
// with an Error whose `code` is CANCELLED, BAD_VALUE, OUT_OF_MEMORY or INTERNAL.
class PromiseRunner : public Napi::AsyncWorker {
 public:
  Napi::Promise start() {
    const Napi::Promise promise = deferred_.Promise();
    Queue();
    return promise;
  }

 protected:
  // `control` as for readControl: [0] cancels when not 0, [1] receives the progress.
  PromiseRunner(Napi::Env env, const char* name, const Napi::Value& control, unsigned threads)
      : Napi::AsyncWorker(env, name), deferred_(Napi::Promise::Deferred::New(env)) {
    static_assert(sizeof(std::atomic<std::int32_t>) == sizeof(std::int32_t) &&
                      std::atomic<std::int32_t>::is_always_lock_free,
                  "a word of shared memory can be used as an atomic");
    auto* words = reinterpret_cast<std::atomic<std::int32_t>*>(readControl(control, "control"));
    task_ = {words, words + 1, threads};
    control_ = Napi::Persistent(control.As<Napi::Object>());
  }

  virtual void compute(const Task& task) = 0;
  virtual Napi::Value result(Napi::Env env) = 0;

 private:
  void Execute() override {
    try {
      compute(task_);
    } catch (const Cancelled& error) {
      fail("CANCELLED", error.what());
    } catch (const BadValue& error) {
      fail("BAD_VALUE", error.what());
    } catch (const std::bad_alloc&) {
      fail("OUT_OF_MEMORY", "not enough memory for the result");
    } catch (const std::exception& error) {
      fail("INTERNAL", error.what());
    }
  }

  void fail(const char* code, const char* message) {
    code_ = code;
    SetError(message);
  }

  void OnOK() override {
    const Napi::Env env = Env();
    try {
      deferred_.Resolve(result(env));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    } catch (const std::bad_alloc&) {
      code_ = "OUT_OF_MEMORY";
      OnError(Napi::Error::New(env, "not enough memory for the result"));
    }
  }

  void OnError(const Napi::Error& error) override {
    error.Value().Set("code", Napi::String::New(Env(), code_));
    deferred_.Reject(error.Value());
  }

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference control_;
  Task task_;
  std::string code_ = "INTERNAL";
};

// Runs `start`, which copies arguments, and turns a lack of memory into a JavaScript error.
template <typename Start>
Napi::Value startOrRefuse(Napi::Env env, const Start& start) {
  try {
    return start();
  } catch (const std::bad_alloc&) {
    Napi::Error error = Napi::Error::New(env, "not enough memory for a copy of the input");
    error.Value().Set("code", Napi::String::New(env, "OUT_OF_MEMORY"));
    throw error;
  }
}

}  // namespace maquette
