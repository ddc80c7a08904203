// A loop on several threads.
#pragma once

#include <cstddef>
#include <functional>

#include "maquette/task.h"

namespace maquette {

// The part of a task's progress (0..1000) that one loop covers.
struct ProgressSpan {
  int begin;
  int end;
};

// Number of workers a task's loops run on: `worker` below is less than this.
unsigned workerCount(const Task& task);

// Calls body(index, worker) once for each index below `count`, each worker on its own thread taking
// `grain` consecutive indices at a time in increasing order. Returns when all are done; rethrows
// the first exception, after the other workers have stopped. Throws Cancelled when the task is.
void parallelFor(const Task& task, std::size_t count, std::size_t grain, ProgressSpan span,
                 const std::function<void(std::size_t index, unsigned worker)>& body);

}  // namespace maquette
