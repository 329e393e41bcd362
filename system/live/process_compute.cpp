#include "system/live/process_compute.h"

#include <algorithm>
#include <stdexcept>

#include "system/live/http_server.h"

namespace wavetank::live {
namespace {

// A call that names no deadline, or a distant one, still ends.
constexpr Duration call_within = whole_seconds(30);
constexpr Duration cause_within = whole_seconds(5);
constexpr Duration greet_within = whole_seconds(2);

using Exchange = std::shared_ptr<HttpServer::Exchange>;

/// N of "drivers/N", where `name` is of that group.
std::optional<std::uint32_t> number_of(const std::string& name, const std::string& group) {
  if (!name.starts_with(group + "/")) return std::nullopt;
  const std::string digits = name.substr(group.size() + 1);
  const bool plain = !digits.empty() && digits.size() < 7 &&
                     digits.find_first_not_of("0123456789") == std::string::npos;
  if (!plain) throw std::runtime_error("the target's process " + name + " has no number");
  return static_cast<std::uint32_t>(std::stoul(digits));
}

/// The processes of a group, by number, which must count from 0.
std::vector<ProcessTarget> members(const Target& target, const std::string& group) {
  std::vector<ProcessTarget> found;
  for (const ProcessTarget& one : target.processes) {
    if (number_of(one.name, group)) found.push_back(one);
  }
  std::sort(found.begin(), found.end(), [&](const ProcessTarget& a, const ProcessTarget& b) {
    return *number_of(a.name, group) < *number_of(b.name, group);
  });
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (*number_of(found[i].name, group) != i) {
      throw std::runtime_error("the target's " + group + " must be numbered from 0 without a gap");
    }
    if (found[i].listen.empty()) {
      throw std::runtime_error("the target's process " + found[i].name + " listens nowhere");
    }
  }
  return found;
}

std::uint32_t weight(Priority priority) {
  return priority == Priority::p0 ? 4 : priority == Priority::p1 ? 2 : 1;
}

JobName name_of(const JobSpec& spec) { return {spec.record.process, spec.epoch}; }
JobName name_of(const JobName& name) { return name; }

/// Empty where it is an answer.
std::string trouble_of(const PeerAnswer& told) {
  if (told.failure) return name_of(*told.failure);
  return told.status == 200 ? "" : "status " + std::to_string(told.status);
}

template <class T>
Result<T> result_of(const PeerAnswer& told, const LiveClock& clock) {
  if (told.failure) return *told.failure == Failure::refused ? Failure::unavailable : *told.failure;
  if (told.status == 503) return Failure::throttled;
  if (told.status != 200) return Failure::invalid;
  if constexpr (std::is_same_v<T, Done>) {
    return Done{};
  } else {
    const auto answer = read_message<T>(told.body, clock);
    if (!answer.ok()) return Failure::invalid;
    return *answer.value;
  }
}

Task<void> run_here(LiveEnv& env, AttemptHost& host, Exchange exchange, RunRequest request) {
  using Kind = AttemptHost::Reply::Kind;
  auto ended = co_await host.run(std::move(request));
  if (ended.kind == Kind::over) {
    exchange->reply(json_reply(200, message_text(ended.answer, env.clock)));
  } else if (ended.kind == Kind::running) {
    exchange->reply(json_reply(202, message_text(ended.progress, env.clock)));
  } else {
    exchange->reply(error_reply(409, "another life of this worker or of its driver is meant"));
  }
}

}  // namespace

/// Where a node listens: paths, and what answers them.
class ProcessCompute::Door {
 public:
  using Answer = std::function<void(const Exchange&)>;

  Door(LiveEnv& env, const Peers& peers, const std::string& address)
      : env_(env), peers_(peers), server_(env.io, address, [this](Exchange e) {
          env_.loop.advance(env_.clock.now());
          open(e);
        }) {}

  /// `answer(message, exchange)` gets what stands in a request's body.
  template <class T, class Then>
  void on(const char* path, Then answer) {
    answers_[path] = [this, answer](const Exchange& exchange) {
      const auto message = read_message<T>(exchange->request().body, env_.clock);
      if (!message.ok()) return exchange->reply(error_reply(400, message.problem));
      answer(*message.value, exchange);
    };
  }

 private:
  void open(const Exchange& exchange) {
    const WebRequest& request = exchange->request();
    const auto found = answers_.find(request.target);
    if (found == answers_.end()) return exchange->reply(error_reply(404, "no such path"));
    if (request.method != "POST") return exchange->reply(error_reply(405, "POST is meant"));
    if (!peers_.admits(request)) return exchange->reply(error_reply(401, "the token is wrong"));
    found->second(exchange);
  }

  LiveEnv& env_;
  const Peers& peers_;
  std::map<std::string, Answer, std::less<>> answers_;
  HttpServer server_;
};

ProcessCompute::ProcessCompute(LiveEnv& env, Attempts& attempts,
                               const std::vector<std::string>& here)
    : Compute(env.loop, env.gate, env.history),
      env_(env),
      server_(env.hosts.add("compute").id()),
      peers_(env),
      board_(env, [this](LiveJob& job) { bury(job); }),
      client_(env, peers_, attempts, slots_, [this] { grant(); }),
      tasks_(env.loop, env.loop.root()) {
  for (const ProcessTarget& one : members(env.target, "drivers")) {
    drivers_.push_back({one.name, one.listen});
  }
  const std::vector<ProcessTarget> workers = members(env.target, "workers");
  // A driver without workers could run nothing.
  const std::size_t useful = std::min(drivers_.size(), workers.size());
  if (useful > 0) drivers_.resize(useful);
  for (const ProcessTarget& one : workers) {
    Executor executor;
    executor.id = static_cast<std::uint32_t>(slots_.executors().size());
    executor.driver = useful == 0 ? 0 : executor.id % static_cast<std::uint32_t>(useful);
    executor.node = env.hosts.add(one.name).id();
    executor.address = one.listen;
    executor.free = env.target.worker.slots;
    slots_.add_executor(executor);
    if (std::find(here.begin(), here.end(), one.name) == here.end()) continue;
    attempts.lose(executor.id);  // what a killed process of this name has left
    hosts_[executor.id] = std::make_unique<AttemptHost>(
        env, attempts, env.hosts.node(executor.node), executor.id, worker_);
    open_worker(executor.id);
  }
  attempts.on_overrun = [this](std::uint32_t executor, Failure why) {
    const auto found = hosts_.find(executor);
    if (found != hosts_.end()) found->second->overrun(why);
  };
  env.hosts.on_crash([this](NodeId node) { crashed(node); });
  env.hosts.on_restart([this](NodeId node) { restarted(node); });
}

ProcessCompute::~ProcessCompute() { stop(); }

void ProcessCompute::stop() {
  doors_.clear();
  board_.stop();
  for (auto& [worker, host] : hosts_) host->stop();
}

void ProcessCompute::submit(Call& call) {
  switch (call.op) {
    case Op::compute_start_job:
      return tasks_.start(ask(Taken<verb::StartJob>(*this, call), compute_path::start));
    case Op::compute_observe_job:
      return tasks_.start(ask(Taken<verb::ObserveJob>(*this, call), compute_path::observe));
    case Op::compute_kill_job:
      return tasks_.start(ask(Taken<verb::KillJob>(*this, call), compute_path::kill));
    case Op::compute_slot:
      return want_slot(Taken<verb::AcquireSlot>(*this, call));
    default:
      return client_.run(Taken<verb::RunAttempt>(*this, call));
  }
}

const ProcessCompute::DriverPlace& ProcessCompute::driver_of(ProcessId process) const {
  return drivers_[process.value % drivers_.size()];
}

template <class V>
Task<void> ProcessCompute::ask(Taken<V> call, const char* path) {
  if (drivers_.empty()) {
    call.complete(Failure::unavailable);
    co_return;
  }
  std::string address = driver_of(name_of(call->args).process).address;
  std::string body = message_text(call->args, env_.clock);
  const Duration left = call->info.deadline - loop_.now();
  const Duration within = std::min(left, call_within);
  std::string header = tracing_.outgoing ? tracing_.outgoing(*call) : "";
  auto told =
      co_await peers_.post(std::move(address), path, std::move(body), within, std::move(header));
  call.complete(result_of<typename V::Reply>(told, env_.clock));
}

void ProcessCompute::trace(Tracing tracing) {
  tracing_ = std::move(tracing);
  client_.trace = tracing_.outgoing;
}

void ProcessCompute::hear_trace(std::uint64_t work, const WebRequest& request) const {
  const std::string* header = request.headers.find("traceparent");
  if (header != nullptr && tracing_.incoming) tracing_.incoming(work, *header);
}

void ProcessCompute::want_slot(Taken<verb::AcquireSlot> call) {
  LiveJob* job = board_.find(call->args.job);
  if (job == nullptr) return call.complete(Failure::not_found);
  const NodeId avoid = call->args.avoid;
  const Time since = call->args.since;
  job->waiting.reset();
  job->waiting.emplace(std::move(call));
  slots_.want(job->id, avoid, since);
  grant();
}

void ProcessCompute::grant() {
  while (const std::optional<Slots::Grant> next = slots_.grant()) {
    LiveJob& job = *board_.find(next->job);
    Taken<verb::AcquireSlot> call = std::move(*job.waiting);
    job.waiting.reset();
    if (call->abandoned()) {
      slots_.give_back(next->job, next->executor);
      continue;
    }
    const std::uint32_t handle = client_.open(next->job, next->executor);
    call.complete(Slot{next->executor, slots_.executor(next->executor).node, handle});
  }
}

void ProcessCompute::bury(LiveJob& job) {
  job.waiting.reset();
  slots_.remove_job(job.id);
  client_.end_job(job.id);
  if (job_ended_) job_ended_(job.id, job.output);
}

void ProcessCompute::report(JobId id, EventId cause) {
  if (LiveJob* job = board_.find(id)) {
    job->cause = cause;
    return;
  }
  for (const auto& [worker, host] : hosts_) {
    if (!host->runs(id)) continue;
    CauseReport told;
    told.job = id;
    told.cause = cause;
    const ProcessTarget* driver = env_.target.process(host->speaker().driver);
    if (driver == nullptr) return;
    peers_.tell(driver->listen, compute_path::cause, message_text(told, env_.clock), cause_within);
    return;
  }
}

void ProcessCompute::serve_drivers(Node& node, DriverHandler handler) {
  const std::optional<std::uint32_t> number = number_of(node.name(), "drivers");
  const ProcessTarget* place = env_.target.process(node.name());
  if (!number || place == nullptr) {
    throw std::runtime_error("the target names no process " + node.name());
  }
  handlers_[*number] = std::move(handler);
  client_.begin_life(*number, node.name());
  open_driver(*number, node);
}

void ProcessCompute::open_driver(std::uint32_t number, Node& node) {
  const std::string& address = env_.target.process(node.name())->listen;
  auto door = std::make_unique<Door>(env_, peers_, address);
  door->on<JobSpec>(compute_path::start, [this, number, &node](JobSpec spec, const Exchange& e) {
    if (draining_) return e->reply(error_reply(503, "this driver takes no jobs: it stops"));
    const Priority priority = spec.record.ticket.priority;
    const std::optional<JobId> id = JobBoard::id_of(name_of(spec));
    if (!id) return e->reply(error_reply(400, "a process is launched 31 times at most"));
    hear_trace(spec.record.ticket.output.value, e->request());
    if (board_.start(std::move(spec), number, node, handlers_[number]) != nullptr) {
      slots_.add_job(*id, number, weight(priority));
    }
    e->reply(json_reply(200, message_text(*id, env_.clock)));
  });
  door->on<JobName>(compute_path::observe, [this](JobName name, const Exchange& e) {
    e->reply(json_reply(200, message_text(board_.status(name), env_.clock)));
  });
  door->on<JobName>(compute_path::kill, [this](JobName name, const Exchange& e) {
    board_.kill(name);
    e->reply(json_reply(200, "{}"));
  });
  door->on<CauseReport>(compute_path::cause, [this](CauseReport told, const Exchange& e) {
    if (LiveJob* job = board_.find(told.job)) job->cause = told.cause;
    e->reply(json_reply(200, "{}"));
  });
  doors_[node.id()] = std::move(door);
}

void ProcessCompute::open_worker(std::uint32_t number) {
  const Executor& executor = slots_.executor(number);
  AttemptHost& host = *hosts_.at(number);
  auto door = std::make_unique<Door>(env_, peers_, executor.address);
  door->on<Speaker>(compute_path::greet, [this, &host](const Speaker& from, const Exchange& e) {
    if (!host.greet(from)) return e->reply(error_reply(409, "a later life of the driver is known"));
    e->reply(json_reply(200, message_text(WorkerLife{host.life()}, env_.clock)));
  });
  door->on<RunRequest>(compute_path::run, [this, &host](RunRequest request, const Exchange& e) {
    hear_trace(request.task.subject(), e->request());
    tasks_.start(run_here(env_, host, e, std::move(request)));
  });
  door->on<EndRequest>(compute_path::end, [&host](const EndRequest& request, const Exchange& e) {
    host.end(request);
    e->reply(json_reply(200, "{}"));
  });
  doors_[executor.node] = std::move(door);
}

void ProcessCompute::crashed(NodeId node) {
  doors_.erase(node);
  for (const auto& [worker, host] : hosts_) {
    if (slots_.executor(worker).node == node) host->stop();
  }
  const std::optional<std::uint32_t> driver = number_of(env_.hosts.node(node).name(), "drivers");
  if (!driver || !handlers_.contains(*driver)) return;
  handlers_.erase(*driver);
  client_.end_life(*driver);
  board_.crash(*driver);
}

// A driver serves again once its service has booted.
void ProcessCompute::restarted(NodeId node) {
  for (const auto& [worker, host] : hosts_) {
    if (slots_.executor(worker).node != node) continue;
    host->restart();
    open_worker(worker);
  }
}

void ProcessCompute::drain() {
  draining_ = true;
  for (const auto& [worker, host] : hosts_) host->drain();
}

std::vector<RunningAttempt> ProcessCompute::running() const {
  std::vector<RunningAttempt> all;
  client_.list(all);
  for (const auto& [worker, host] : hosts_) host->list(all);
  return all;
}

void ProcessCompute::watch_drivers(Duration every) {
  for (DriverPlace& driver : drivers_) tasks_.spawn(watch(&driver, every));
}

// Any job will do: a driver that does not know it answers, too.
Task<void> ProcessCompute::watch(DriverPlace* driver, Duration every) {
  for (;;) {
    std::string address = driver->address;
    std::string body = message_text(JobName{ProcessId{0}, 1}, env_.clock);
    auto told = co_await peers_.post(std::move(address), compute_path::observe, std::move(body),
                                     greet_within);
    if (told.status == 200) driver->heard = loop_.now();
    driver->trouble = trouble_of(told);
    co_await sleep(loop_, every);
  }
}

std::string ProcessCompute::silent_driver(Duration old_after) const {
  if (drivers_.empty()) return "the target names no drivers that have workers";
  for (const DriverPlace& driver : drivers_) {
    const bool fresh = driver.heard && loop_.now() - *driver.heard <= old_after;
    if (fresh && driver.trouble.empty()) continue;
    const std::string why = driver.trouble.empty() ? "no answer" : driver.trouble;
    return driver.name + " at " + driver.address + ": " + why;
  }
  return "";
}

std::size_t ProcessCompute::attempts_here() const {
  std::size_t n = 0;
  for (const auto& [worker, host] : hosts_) n += host->running();
  return n;
}

}  // namespace wavetank::live
