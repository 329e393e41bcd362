// For the thread sanitizer only. It knows POSIX threads; librdkafka uses those of C11, which glibc
// keeps apart. These stand before glibc's own and hand each over to its POSIX twin, which the
// sanitizer sees: without them it crashes in the first thread that it has not heard of.
//
// The library's own code is not instrumented, so its atomic counters are not seen either: what it
// hands over by them looks like a race. Races with it in the stack are not reported.

#include "system/live/tsan_threads.h"

#if defined(__SANITIZE_THREAD__)

#include <cerrno>
#include <cstdint>
#include <pthread.h>
#include <sched.h>
#include <threads.h>

namespace {

struct Start {
  thrd_start_t function;
  void* argument;
};

void* begin(void* given) {
  const Start start = *static_cast<Start*>(given);
  delete static_cast<Start*>(given);
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(start.function(start.argument)));
}

int said(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

// glibc lays both out alike.
static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));
pthread_mutex_t* posix(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

}  // namespace

extern "C" {

const char* __tsan_default_suppressions();
const char* __tsan_default_suppressions() { return "race:librdkafka\n"; }

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  return said(pthread_create(thread, nullptr, begin, new Start{function, argument}));
}
int thrd_join(thrd_t thread, int* result) {
  void* returned = nullptr;
  const int error = pthread_join(thread, &returned);
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
  return said(error);
}
int thrd_detach(thrd_t thread) { return said(pthread_detach(thread)); }

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  const bool recursive = (type & mtx_recursive) != 0;
  pthread_mutexattr_settype(&attributes,
                            recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  const int error = pthread_mutex_init(posix(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return said(error);
}
void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy(posix(mutex)); }
int mtx_lock(mtx_t* mutex) { return said(pthread_mutex_lock(posix(mutex))); }
int mtx_trylock(mtx_t* mutex) { return said(pthread_mutex_trylock(posix(mutex))); }
int mtx_unlock(mtx_t* mutex) { return said(pthread_mutex_unlock(posix(mutex))); }

int cnd_init(cnd_t* condition) { return said(pthread_cond_init(posix(condition), nullptr)); }
void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(posix(condition)); }
int cnd_signal(cnd_t* condition) { return said(pthread_cond_signal(posix(condition))); }
int cnd_broadcast(cnd_t* condition) { return said(pthread_cond_broadcast(posix(condition))); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return said(pthread_cond_wait(posix(condition), posix(mutex)));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return said(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}
}

#endif

namespace wavetank::live {

void see_c11_threads() {}

}  // namespace wavetank::live
