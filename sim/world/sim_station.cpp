#include "sim/world/sim_station.h"

namespace wavetank::sim {

SimStation::SimStation(Env& env)
    : Station(env.loop(), env.gate(), env.history()), env_(env) {
  const ProcessorSettings& p = env.settings.processors;
  for (const DurationLaw* law : {&p.submit, &p.status, &p.output, &p.callback}) {
    work_.emplace_back(*law);
  }
  env.hosts.on_crash([this](NodeId node) {
    if (node.value < points_.size() && points_[node.value]) points_[node.value]->crashed();
  });
  env.hosts.on_restart([this](NodeId node) {
    if (node.value < points_.size() && points_[node.value]) points_[node.value]->restarted();
  });
}

std::uint32_t SimStation::open(const StationSpec& spec, const std::vector<NodeId>& replicas) {
  const auto number = static_cast<std::uint32_t>(stations_.size());
  stations_.push_back(std::make_unique<OpenStation>(spec, number));
  OpenStation& station = *stations_.back();
  station.waits = sink_;
  std::uint64_t replica = 0;
  for (const NodeId node : replicas) {
    if (node.value >= points_.size()) points_.resize(node.value + 1);
    points_[node.value] =
        std::make_unique<ServicePoint>(env_, *this, station, node, replica++);
  }
  replicas_.push_back(replicas);
  env_.hosts.claim(spec.name, replicas);  // it may be called as a part of the platform is
  names_.push_back(spec.name + ".servers");
  return number;
}

ServicePoint& SimStation::point(NodeId node) {
  const bool known = node.value < points_.size() && points_[node.value] != nullptr;
  WAVETANK_CHECK(known, "no station is open on that node");
  return *points_[node.value];
}

void SimStation::handle(Node& node, StationHandler handler) {
  point(node.id()).handle(std::move(handler));
}

void SimStation::observe(StationObserver& observer) {
  for (const auto& station : stations_) station->observer = &observer;
}

bool SimStation::opened(std::string_view name) const {
  for (const auto& station : stations_) {
    if (station->spec.name == name) return true;
  }
  return false;
}

void SimStation::audit() {
  for (const auto& station : stations_) {
    Int128 residual = 0;
    for (const NodeId node : replicas_[station->number]) residual += point(node).residual();
    station->book.audit(env_.now(), residual, station->spec.name);
  }
}

void SimStation::flush() {
  for (const auto& point : points_) {
    if (point) point->flush();
  }
}

void SimStation::set_stale(bool stale) {
  for (const auto& point : points_) {
    if (point) point->set_stale(stale);
  }
}

void SimStation::fill(CallOf<verb::Fill>& call) {
  if (!env_.hosts.up(call.server)) {
    call.fail(Failure::refused);
  } else if (point(call.server).fill(call.args.key)) {
    call.reply = Done{};
  } else {
    call.fail(Failure::throttled);
  }
  complete(call);
}

ResourceSample SimStation::sample(std::size_t station) const {
  ResourceSample total;
  for (const NodeId node : replicas_[station]) {
    const ResourceSample one = points_[node.value]->sample();
    total.busy += one.busy;
    total.capacity += one.capacity;
    total.waiting += one.waiting;
  }
  return total;
}

void SimStation::report_to(WaitSink& sink) {
  sink_ = &sink;
  for (const auto& station : stations_) station->waits = &sink;
}

Servers& SimStation::cores(NodeId node) {
  if (node.value >= cores_.size()) cores_.resize(node.value + 1);
  std::unique_ptr<Servers>& servers = cores_[node.value];
  if (!servers) servers = std::make_unique<Servers>(loop_, env_.settings.processors.cores);
  return *servers;
}

// The work runs among the node's own tasks: it dies with the node and stops while it is paused.
void SimStation::submit(Call& call) {
  if (call.op == Op::cache_fill) return fill(static_cast<CallOf<verb::Fill>&>(call));
  if (call.op != Op::station_serve) {
    return point(call.server).take(static_cast<CallOf<verb::Visit>&>(call));
  }
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
  co_await env_.spend(*call, call->server);
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
