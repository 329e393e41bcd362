#pragma once
// The page GET /attempts of a process: what attempts run, and how far each is. A worker shows its
// own as they are now; a driver those that it has given to workers, as they last said.
//
//   {"attempts": [{"worker": "workers/0", "job": "j81", "output": "v12", "stage": 0,
//                  "partition": 3, "attempt": 0, "rows_in": 5000, "ran_ms": 240,
//                  "told_ms_ago": 0, "step": "dataset.scan", "rows": 2048, "bytes": 204800}]}
//
// `rows_in` is what the task is meant to read; `rows` and `bytes` are what its step has done.

#include "system/live/http_message.h"
#include "system/live/live_env.h"
#include "system/live/process_compute.h"

namespace wavetank::live {

WebReply attempts_page(const LiveEnv& env, const ProcessCompute& compute);

}  // namespace wavetank::live
