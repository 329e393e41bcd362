#include "sim/world/sim_controls.h"

namespace wavetank::sim {

Task<void> SimControls::crash_later(NodeId node) {
  env_.hosts.crash(node);
  co_return;
}

Task<void> SimControls::restart_later(NodeId node) {
  env_.hosts.restart(node);
  co_return;
}

void SimControls::slow(NodeId node, double factor) {
  env_.hosts.slow(node, factor);
  if (WorkerNode* worker = workers_.node(node)) worker->disk.set_share(1 / factor);
}

void SimControls::memory(NodeId node, double share) {
  WorkerNode* worker = workers_.node(node);
  if (worker == nullptr) return;
  workers_.set_memory(*worker, share);
  while (Executor* victim = workers_.beyond_limit(*worker)) {
    compute_.lose_executor(*victim, Failure::out_of_memory);
  }
}

}  // namespace wavetank::sim
