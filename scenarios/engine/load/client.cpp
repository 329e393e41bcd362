#include "scenarios/engine/load/client.h"

#include <algorithm>

#include "system/base/check.h"

namespace wavetank::engine {
namespace {

constexpr Purpose replica_purpose{"client.replica"};
constexpr Purpose thin_purpose{"load.thin"};
constexpr Purpose think_purpose{"load.think"};
constexpr unsigned user_bits = 16;  // of a request's index: who asks; above it, which time
constexpr std::uint64_t users_max = std::uint64_t{1} << user_bits;
constexpr std::uint64_t poll_bit = 41;     // above a subject's index and its extra bit
constexpr std::uint64_t poll_mask = 0x7fff;

/// A request that nobody answered.
HttpResponse no_answer() {
  HttpResponse response;
  response.status = 0;
  response.size = {};
  return response;
}

/// Answers that say "not now": the same request may be sent again.
bool not_now(std::uint16_t status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

Route route_of(RequestKind kind) {
  return static_cast<Route>(kind);
}
static_assert(static_cast<int>(RequestKind::submit) == static_cast<int>(Route::submit));
static_assert(static_cast<int>(RequestKind::status) == static_cast<int>(Route::status));
static_assert(static_cast<int>(RequestKind::output) == static_cast<int>(Route::output));

}  // namespace

Client::Line::Line(const PlannedLoad& planned)
    : load(&planned), source(planned), budget(planned.entry().retry) {}

Client::Client(World& world, const LoadPlan& plan, const std::string& servers)
    : world_(world),
      plan_(plan),
      node_(world.client()),
      servers_(world.nodes(servers)),
      book_(plan),
      requests_(world.loop(), node_),
      issuers_(world.loop(), node_) {
  WAVETANK_CHECK(!servers_.empty(), "no node is called " + servers);
  lines_.reserve(plan.loads().size());
  for (const PlannedLoad& load : plan.loads()) lines_.emplace_back(load);
}

Client::Client(World& world, const LoadPlan& plan, service::Visits& visits)
    : world_(world),
      plan_(plan),
      visits_(&visits),
      node_(world.client()),
      book_(plan),
      requests_(world.loop(), node_),
      issuers_(world.loop(), node_) {
  lines_.reserve(plan.loads().size());
  for (const PlannedLoad& load : plan.loads()) lines_.emplace_back(load);
}

void Client::start() {
  for (std::size_t place = 0; place < lines_.size(); ++place) {
    const ClosedUsers* closed = lines_[place].load->entry().shape->closed();
    if (closed == nullptr) {
      issuers_.spawn(issue(place));
    } else {
      const double users = static_cast<double>(closed->users) * lines_[place].load->entry().scale;
      add_users(place, std::max<std::int64_t>(1, static_cast<std::int64_t>(users + 0.5)), 0, 0);
    }
  }
}

void Client::stop() {
  stopped_ = true;
  issuers_.cancel();
}

void Client::cancel() {
  issuers_.cancel();
  requests_.cancel();
}

void Client::set_factor(std::string_view load, double factor) {
  for (std::size_t place = 0; place < lines_.size(); ++place) {
    Line& line = lines_[place];
    if (!load.empty() && line.load->entry().name != load) continue;
    line.factor = factor;
    ++line.turn;
    if (const ClosedUsers* closed = line.load->entry().shape->closed()) {
      const double more = static_cast<double>(closed->users) * (factor - 1);
      // Those who come with a spike are numbered behind the others of the load and its spikes.
      const std::uint64_t first = std::uint64_t{line.turn} * users_max;
      if (factor > 1) add_users(place, static_cast<std::int64_t>(more + 0.5), first, line.turn);
      continue;
    }
    if (factor > 1 && !line.load->survey()) {
      issuers_.spawn(issue_extra(place, factor - 1, line.turn));
    }
  }
}

Task<void> Client::issue(std::size_t place) {
  Line& line = lines_[place];
  Loop& loop = world_.loop();
  for (;;) {
    const std::optional<Arrival> arrival = line.source.next();
    if (!arrival) co_return;
    const Time due = arrival->at;
    if (due >= to_) co_return;
    if (due < from_) continue;
    if (due > loop.now()) co_await sleep_until(loop, due);
    arrive(line, *arrival);
  }
}

/// What a spike adds to an even or random load, until the factor changes.
Task<void> Client::issue_extra(std::size_t place, double more, std::uint32_t turn) {
  Line& line = lines_[place];
  Loop& loop = world_.loop();
  ArrivalSource source(*line.load, loop.now(), more, line.extra_index);
  for (;;) {
    const std::optional<Arrival> arrival = source.next();
    if (!arrival) co_return;
    const Time due = arrival->at;
    if (due > loop.now()) co_await sleep_until(loop, due);
    if (line.turn != turn || due >= to_) co_return;
    line.extra_index = source.next_index();
    send(line, *arrival);
  }
}

void Client::add_users(std::size_t place, std::int64_t users, std::uint64_t first,
                       std::uint32_t turn) {
  for (std::int64_t user = 0; user < users; ++user) {
    requests_.spawn(use(place, first + static_cast<std::uint64_t>(user), turn));
  }
}

/// One user of a closed load. Those of a spike leave when it is over.
Task<void> Client::use(std::size_t place, std::uint64_t user, std::uint32_t turn) {
  Line& line = lines_[place];
  Loop& loop = world_.loop();
  const ClosedUsers& closed = *line.load->entry().shape->closed();
  const sim::Sampler think(closed.think);
  const Time from = Time{} + line.load->entry().at;
  if (loop.now() < from) co_await sleep_until(loop, from);
  for (std::uint64_t k = 0;; ++k) {
    Arrival arrival;
    arrival.index = (k << user_bits) | (user & (users_max - 1));
    arrival.extra = user >= users_max;
    const std::uint64_t subject = subject_of(place, arrival.index, arrival.extra);
    const Duration pause =
        think.duration(sim::Entropy{plan_.seed(), think_purpose, subject, turn});
    if (pause > Duration{}) co_await sleep(loop, pause);
    if (stopped_ || loop.now() >= line.load->end() || (turn > 0 && line.turn != turn)) co_return;
    arrival.at = loop.now();
    ++counts_.visits;
    service::VisitRequest request = line.load->visit(arrival);
    co_await visits_->visit(request);
  }
}

/// One planned arrival: it may be dropped where the rate is turned down, and a row of a trace is
/// sent several times where it is turned up.
void Client::arrive(Line& line, const Arrival& arrival) {
  if (line.factor == 1) return send(line, arrival);
  const std::uint64_t subject = subject_of(line.load->place(), arrival.index, false);
  if (line.factor < 1) {
    const std::uint64_t chance = draw(plan_.seed(), thin_purpose, subject);
    if (hits(chance, line.factor)) return send(line, arrival);
    const bool numbered = visits_ == nullptr && line.load->submits();
    if (numbered) book_.next(false);  // its id stays free: the others keep theirs
    return;
  }
  send(line, arrival);
  if (!line.load->survey()) return;
  const std::uint64_t copies =
      ArrivalSource::copies(plan_.seed(), "load.spike", subject, line.factor);
  for (std::uint64_t copy = 1; copy < copies; ++copy) {
    Arrival more = arrival;
    more.extra = true;
    more.index = line.extra_index++;
    send(line, more);
  }
}

void Client::send(Line& line, const Arrival& arrival) {
  if (visits_ != nullptr) {
    ++counts_.visits;
    return requests_.start(visits_->visit(line.load->visit(arrival)));
  }
  PlannedRequest request = line.load->request(arrival);
  const std::size_t place = line.load->place();
  if (line.load->submits()) {
    request.ticket.output = book_.next(arrival.extra);
    if (request.own_key) request.ticket.entity = plan_.own_entity(request.ticket.output);
    book_.offered(place, request);
    ++counts_.offered;
    if (full()) return;
    requests_.spawn(submit(place, request));
    return;
  }
  const std::optional<Ticket> ticket = book_.pick(place, request.subject, arrival.at);
  if (!ticket) {
    ++counts_.skipped;
    return;
  }
  request.ticket = *ticket;
  ++counts_.reads;
  if (full()) return;
  requests_.spawn(read(place, request, arrival.at));
}

/// No more may be under way: what is due now is not sent.
bool Client::full() {
  if (in_flight_most_ == 0 || requests_.size() < in_flight_most_) return false;
  ++counts_.withheld;
  return true;
}

Task<void> Client::submit(std::size_t place, PlannedRequest planned) {
  Ask what;
  what.request.ticket = planned.ticket;
  what.request.work = planned.work;
  what.request.key = std::uint64_t{planned.ticket.output.value} + 1;
  what.planned = planned.ticket.planned;
  what.subject = planned.subject;
  auto answer = co_await ask<verb::HttpSubmit>(place, what);
  const bool accepted = answer.status >= 200 && answer.status < 300;
  const bool polls = lines_[place].load->entry().poll.interval > Duration{};
  if (accepted && polls) co_await poll(place, planned, answer.process);
}

Task<void> Client::poll(std::size_t place, PlannedRequest planned, ProcessId process) {
  const PollSettings& settings = lines_[place].load->entry().poll;
  Loop& loop = world_.loop();
  const Time until = loop.now() + settings.lasts;
  for (std::uint64_t turn = 1; loop.now() + settings.interval <= until; ++turn) {
    co_await sleep(loop, settings.interval);
    Ask what;
    what.request.route = Route::status;
    what.request.ticket = planned.ticket;
    what.request.process = process;
    what.planned = loop.now();
    what.subject = planned.subject | ((turn & poll_mask) << poll_bit);
    what.retries = false;
    ++counts_.polls;
    auto answer = co_await ask<verb::HttpStatus>(place, what);
    if (answer.status == 200 && terminal(answer.state)) co_return;
  }
}

Task<void> Client::read(std::size_t place, PlannedRequest planned, Time arrival) {
  Ask what;
  what.request.route = route_of(planned.kind);
  what.request.ticket = planned.ticket;
  what.planned = arrival;
  what.subject = planned.subject;
  if (planned.kind == RequestKind::status) {
    co_await ask<verb::HttpStatus>(place, what);
  } else {
    co_await ask<verb::HttpOutput>(place, what);
  }
}

template <class V>
Task<HttpResponse> Client::ask(std::size_t place, Ask what) {
  Line& line = lines_[place];
  const Duration timeout = line.load->entry().timeout;
  const service::RetrySettings& retry = line.load->entry().retry;
  Loop& loop = world_.loop();
  if (what.retries) line.budget.sent_first();
  for (std::uint32_t attempt = 0;; ++attempt) {
    CallInfo told = info(what, attempt);
    told.deadline = loop.now() + timeout;
    const NodeId server = replica(what.subject, attempt);
    const Time sent = loop.now();
    note_sent(what, attempt);
    HttpRequest request = what.request;
    auto reply = co_await world_.http().call<V>(node_, server, request, told);
    HttpResponse answer = reply.ok() ? *reply : no_answer();
    const bool worth =
        reply.ok() ? not_now(answer.status) : service::retryable(reply.failure());
    if (what.retries && answer.status > 0 && answer.status < 429) line.budget.succeeded();
    if (!again(line, what, attempt, worth)) {
      note_done(what, attempt, answer);
      note_read(what, sent, answer);
      co_return answer;
    }
    const Duration pause = service::backoff(retry, plan_.seed(), what.subject, attempt + 1);
    if (pause > Duration{}) co_await sleep(loop, pause);
  }
}

/// Any replica, by the request; the next one for each retry.
NodeId Client::replica(std::uint64_t subject, std::uint32_t attempt) const {
  const std::uint64_t bits = draw(plan_.seed(), replica_purpose, subject);
  const std::uint64_t first = below(bits, servers_.size());
  return servers_[(first + attempt) % servers_.size()];
}

CallInfo Client::info(const Ask& what, std::uint32_t attempt) const {
  CallInfo told;
  told.subject = what.subject;
  told.attempt = attempt;
  told.priority = what.request.ticket.priority;
  told.entity = what.request.ticket.entity;
  return told;
}

bool Client::again(Line& line, const Ask& what, std::uint32_t attempt, bool worth) {
  const service::RetrySettings& retry = line.load->entry().retry;
  if (!worth || !what.retries || retry.policy == service::Backoff::none) return false;
  if (static_cast<std::int64_t>(attempt) + 1 >= retry.attempts) return false;
  if (!line.budget.withdraw()) {
    Event event;
    event.kind = EventKind::retry_denied;
    event.ticket = what.request.ticket;
    event.attempt = attempt + 1;
    event.value = static_cast<std::int64_t>(Service::http);
    world_.history().note(event);
    return false;
  }
  ++counts_.retries;
  return true;
}

void Client::note_sent(const Ask& what, std::uint32_t attempt) {
  ++counts_.tries;
  Event event;
  event.kind = EventKind::request_sent;
  event.ticket = what.request.ticket;
  event.attempt = attempt;
  event.value = what.planned.ns;
  event.extra = static_cast<std::int64_t>(what.request.route);
  world_.history().note(event);
}

void Client::note_done(const Ask& what, std::uint32_t attempt, const HttpResponse& answer) {
  ++(answer.status > 0 && answer.status < 429 ? counts_.answered : counts_.failed);
  Event event;
  event.kind = EventKind::request_done;
  event.ticket = what.request.ticket;
  event.process = answer.process;
  event.attempt = attempt;
  event.value = (world_.loop().now() - what.planned).ns;
  event.extra = (static_cast<std::int64_t>(what.request.route) << 16) | answer.status;
  world_.history().note(event);
}

/// What a read learnt. 404 is an answer, too: nothing is known of that output.
void Client::note_read(const Ask& what, Time sent, const HttpResponse& answer) {
  if (what.request.route == Route::submit) return;
  const bool status = what.request.route == Route::status;
  const bool heard = answer.status == 200 || answer.status == 404;
  const bool said = !status && answer.status != 0 && answer.trust.reason != TrustReason::none;
  if (!heard && !said) return;
  Event event;
  event.kind = status ? EventKind::status_answered : EventKind::output_answered;
  event.ticket = what.request.ticket;
  event.process = answer.process;
  event.value = status ? static_cast<std::int64_t>(answer.state)
                       : static_cast<std::int64_t>(answer.trust.trust);
  event.extra = status ? sent.ns : static_cast<std::int64_t>(answer.trust.reason);
  event.aux = sent.ns;
  world_.history().note(event);
}

}  // namespace wavetank::engine
