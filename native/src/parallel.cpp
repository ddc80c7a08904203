#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace maquette {
namespace {

void raiseProgress(std::atomic<std::int32_t>& progress, std::int32_t value) {
  std::int32_t seen = progress.load(std::memory_order_relaxed);
  while (seen < value &&
         !progress.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

class Loop {
 public:
  Loop(const Task& task, std::size_t count, std::size_t grain, ProgressSpan span,
       const std::function<void(std::size_t, unsigned)>& body)
      : task_(task), count_(count), grain_(grain), span_(span), body_(body) {}

  void work(unsigned worker) {
    try {
      for (;;) {
        const std::size_t begin = next_.fetch_add(grain_, std::memory_order_relaxed);
        if (begin >= count_ || stopped_.load(std::memory_order_relaxed)) return;
        if (task_.cancel && task_.cancel->load(std::memory_order_relaxed) != 0) throw Cancelled();
        const std::size_t end = std::min(begin + grain_, count_);
        for (std::size_t index = begin; index < end; ++index) body_(index, worker);
        report(end - begin);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
      stopped_ = true;
    }
  }

  void rethrowFailure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void report(std::size_t finished) {
    if (!task_.progress) return;
    const std::size_t done = done_.fetch_add(finished, std::memory_order_relaxed) + finished;
    const double share = static_cast<double>(done) / static_cast<double>(count_);
    raiseProgress(*task_.progress,
                  span_.begin + static_cast<std::int32_t>(share * (span_.end - span_.begin)));
  }

  const Task& task_;
  const std::size_t count_;
  const std::size_t grain_;
  const ProgressSpan span_;
  const std::function<void(std::size_t, unsigned)>& body_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> done_{0};
  std::atomic<bool> stopped_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace

unsigned workerCount(const Task& task) {
  return task.threads > 0 ? task.threads : std::max(1u, std::thread::hardware_concurrency());
}

void parallelFor(const Task& task, std::size_t count, std::size_t grain, ProgressSpan span,
                 const std::function<void(std::size_t, unsigned)>& body) {
  Loop loop(task, count, grain, span, body);
  const std::size_t batches = (count + grain - 1) / grain;
  const std::size_t workers = std::min<std::size_t>(workerCount(task), batches);
  std::vector<std::thread> threads;
  threads.reserve(workers);
  for (unsigned worker = 1; worker < workers; ++worker) {
    try {
      threads.emplace_back(&Loop::work, &loop, worker);
    } catch (const std::exception&) {
      break;  // No more threads, or no memory for one: those we have do all the work.
    }
  }
  loop.work(0);
  for (std::thread& thread : threads) thread.join();
  loop.rethrowFailure();
}

}  // namespace maquette
