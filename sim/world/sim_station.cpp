#include "sim/world/sim_station.h"

namespace wavetank::sim {

SimStation::SimStation(Env& env)
    : Station(env.loop(), env.gate(), env.history()), env_(env) {
  const ProcessorSettings& p = env.settings.processors;
  for (const DurationLaw* law : {&p.submit, &p.status, &p.output, &p.callback}) {
    work_.emplace_back(*law);
  }
}

Servers& SimStation::cores(NodeId node) {
  if (node.value >= cores_.size()) cores_.resize(node.value + 1);
  std::unique_ptr<Servers>& servers = cores_[node.value];
  if (!servers) servers = std::make_unique<Servers>(loop_, env_.settings.processors.cores);
  return *servers;
}

// The work runs among the node's own tasks: it dies with the node and stops while it is paused.
void SimStation::submit(Call& call) {
  TaskGroup& group = env_.hosts.group(call.caller->id());
  group.start(serve(Taken<verb::Serve>(*this, call)));
}

Task<void> SimStation::serve(Taken<verb::Serve> call) {
  Servers& servers = cores(call->caller->id());
  co_await servers.enter(call->info.priority);
  // A crash destroys this frame while it works: the core is given back all the same.
  struct Held {
    Servers& servers;
    ~Held() { servers.leave(); }
  } held{servers};
  if (call->info.cancellable && call->abandoned()) co_return;
  static constexpr Purpose purpose("processor");
  const Duration work = env_.service(work_[call->args.work], *call, purpose);
  co_await sleep(loop_, work);
  call.complete(Done{});
}

ResourceSample SimStation::sample(std::string_view name) const {
  ResourceSample total;
  for (const NodeId node : env_.hosts.named(name)) {
    total.capacity += env_.settings.processors.cores;
    if (node.value >= cores_.size() || !cores_[node.value]) continue;
    const ResourceSample one = cores_[node.value]->meter().sample();
    total.busy += one.busy;
    total.waiting += one.waiting;
  }
  return total;
}

void SimStation::report_to(WaitSink& sink, std::string_view name, std::size_t number) {
  for (const NodeId node : env_.hosts.named(name)) cores(node).meter().report_to(sink, number);
}

}  // namespace wavetank::sim
