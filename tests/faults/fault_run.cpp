#include "tests/faults/fault_run.h"

#include <set>

namespace wavetank::testing {
namespace {

/// Sets the fields that are given, by name.
class Given final : public Fields {
 public:
  explicit Given(const Settings& settings) : settings_(settings) {}

  void field(const char* name, bool& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, std::int64_t& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, double& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, Ratio& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, Duration& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, Bytes&, const FieldDoc&) override { unexpected(name); }
  void field(const char* name, Bandwidth& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, Rate&, const FieldDoc&) override { unexpected(name); }
  void field(const char* name, DurationLaw&, const FieldDoc&) override { unexpected(name); }
  void field(const char* name, SizeLaw&, const FieldDoc&) override { unexpected(name); }
  void field(const char* name, std::string& v, const FieldDoc&) override { set(name, v); }
  void field(const char* name, std::vector<std::string>&, const FieldDoc&) override {
    unexpected(name);
  }
  void choice(const char* name, int& value, std::span<const char* const> names,
              const FieldDoc&) override {
    std::string word = names[static_cast<std::size_t>(value)];
    set(name, word);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (word == names[i]) value = static_cast<int>(i);
    }
  }
  void group(const char* name, const FieldDoc&, const std::function<void(Fields&)>&) override {
    unexpected(name);
  }
  void list(const char* name, const FieldDoc&, std::size_t, const std::function<void(std::size_t)>&,
            const std::function<void(std::size_t, Fields&)>&) override {
    unexpected(name);
  }
  void variant(const char* tag, std::string&, std::span<const char* const>, const FieldDoc&,
               const std::function<void(const std::string&, Fields&)>&) override {
    unexpected(tag);
  }
  void require(bool holds, const char* name, const char* why) override {
    WAVETANK_CHECK(holds, std::string(name) + ": " + why);
  }

  void check_all_used() const {
    for (const auto& [name, setting] : settings_) {
      WAVETANK_CHECK(used_.count(name) == 1, "no such setting: " + name);
    }
  }

 private:
  template <class T>
  void set(const char* name, T& value) {
    used_.insert(name);
    const auto found = settings_.find(name);
    if (found != settings_.end()) value = std::get<T>(found->second);
  }
  static void unexpected(const char* name) { WAVETANK_CHECK(false, name); }

  const Settings& settings_;
  std::set<std::string> used_;
};

template <class R>
void settle(Outcome* out, const R& reply, Duration took) {
  out->done = true;
  out->took = took;
  if (!reply.ok()) out->failure = reply.failure();
}

}  // namespace

std::unique_ptr<faults::Fault> fault_with(const std::string& name, const Settings& settings) {
  std::unique_ptr<faults::Fault> fault = faults::make_fault(name);
  WAVETANK_CHECK(fault != nullptr, "no such fault: " + name);
  Given given(settings);
  fault->describe(given);
  given.check_all_used();
  return fault;
}

std::unique_ptr<faults::Fault> fault_in_window(const std::string& name, Settings settings) {
  settings.try_emplace("at", whole_seconds(10));
  settings.try_emplace("for", whole_seconds(10));
  return fault_with(name, settings);
}

FaultRun& FaultRun::add(const std::string& name, Settings settings) {
  faults_.push_back(fault_in_window(name, std::move(settings)));
  return *this;
}

std::vector<std::string> FaultRun::start(Time chaos_end) {
  set_.emplace(world, std::move(faults_));
  std::vector<std::string> texts;
  for (const faults::FaultProblem& problem : set_->problems())
    texts.push_back(problem.what + ". " + problem.hint);
  if (texts.empty()) set_->schedule(chaos_end);
  return texts;
}

Outcome& FaultRun::call(Op op, Time at, const char* from, const char* to, CallInfo info) {
  Outcome& out = outcomes_.emplace_back();
  callers_.spawn(one(op, at, from, to, info, &out));
  return out;
}

void FaultRun::run() {
  if (!set_) {
    const std::vector<std::string> problems = start();
    WAVETANK_CHECK(problems.empty(), problems.empty() ? "" : problems.front());
  }
  world.loop().run_until(Time{} + hours(2));
}

Task<void> FaultRun::one(Op op, Time at, const char* from, const char* to, CallInfo info,
                         Outcome* out) {
  co_await sleep_until(world.loop(), at);
  Node& caller = world.node(from);
  const NodeId server = world.node(to).id();
  if (info.deadline == Time{}) info.deadline = at + whole_seconds(1);
  if (op == Op::http_callback) {
    HttpRequest request;
    request.ticket.critical = info.entity == EntityId{1};
    auto reply = co_await world.http().call<verb::HttpCallback>(caller, server, request, info);
    settle(out, reply, world.loop().now() - at);
  } else if (op == Op::db_get) {
    verb::GetProcess::Args args;
    auto reply = co_await world.database().get(caller, args, info);
    settle(out, reply, world.loop().now() - at);
  } else if (op == Op::queue_publish) {
    verb::Publish::Args args;
    args.record.ticket.entity = info.entity;
    auto reply = co_await world.queue().publish(caller, args, info);
    settle(out, reply, world.loop().now() - at);
  } else if (op == Op::cache_get) {
    CacheKey key;
    auto reply = co_await world.cache().get(caller, key, info);
    settle(out, reply, world.loop().now() - at);
  } else if (op == Op::objects_put) {
    verb::PutObject::Args args;
    auto reply = co_await world.objects().put(caller, args, info);
    settle(out, reply, world.loop().now() - at);
  } else if (op == Op::compute_attempt) {
    verb::RunAttempt::Args args;
    args.slot.node = server;
    auto reply = co_await world.compute().run(caller, args, info);
    settle(out, reply, world.loop().now() - at);
  } else {
    WAVETANK_CHECK(op == Op::dataset_scan, "a FaultRun makes no such call");
    verb::Scan::Args args;
    auto reply = co_await world.dataset().scan(caller, args, info);
    settle(out, reply, world.loop().now() - at);
  }
}

CallInfo info_for(std::uint32_t entity, std::uint32_t attempt) {
  CallInfo info;
  info.subject = entity;
  info.entity = EntityId{entity};
  info.attempt = attempt;
  return info;
}

}  // namespace wavetank::testing
