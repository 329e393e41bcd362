#include "scenarios/engine/metrics/request_meter.h"

namespace wavetank::engine {
namespace {

constexpr int too_many_requests = 429;
constexpr int server_error = 500;
constexpr int service_unavailable = 503;

constexpr EventKind kinds[] = {
    EventKind::request_sent,        EventKind::request_done,      EventKind::output_answered,
    EventKind::request_admitted,    EventKind::request_turned_away, EventKind::request_cancelled,
};

}  // namespace

void RequestMeter::subscribe(History& history) {
  history.subscribe(*this, kinds);
}

void RequestMeter::on_event(const Event& event) {
  board_.begin(event);
  MetricStore& store = board_.store;
  const Labels labels = board_.labels(event.ticket);
  switch (event.kind) {
    case EventKind::request_sent: return sent(event);
    case EventKind::request_done: return done(event);
    case EventKind::output_answered:
      return store.ratio<Metric::reads_trusted>(
          event.value == static_cast<std::int64_t>(Trust::yes) ? 1 : 0, 1, labels);
    case EventKind::request_admitted: return store.record<Metric::api_wait>(event.value, labels);
    case EventKind::request_turned_away: return store.count<Metric::api_rejected>(labels);
    case EventKind::request_cancelled: return store.count<Metric::api_cancelled>(labels);
    default: return;
  }
}

void RequestMeter::sent(const Event& event) {
  const auto route = static_cast<Route>(event.extra & 3);
  const Labels labels = board_.labels(event.ticket, route);
  const bool first = event.attempt == 0;
  board_.store.count<Metric::api_requests>(labels);
  board_.store.ratio<Metric::retries_amplification>(1, first ? 1 : 0, labels);
  if (!first) {
    ++board_.tick.retries;
    ++board_.minute.client_retries;
    return;
  }
  ++board_.tick.first_sends;
  if (route == Route::submit) {
    ++board_.tick.submits;
    if (event.ticket.output.valid()) outputs_.offered(event.ticket);
  } else {
    ++reads_;
    board_.store.count<Metric::reads>(labels);
  }
}

void RequestMeter::done(const Event& event) {
  const auto status = static_cast<int>(event.extra & 0xffff);
  const Labels labels = board_.labels(event.ticket, static_cast<Route>((event.extra >> 16) & 3));
  const bool failed = status == 0 || status == too_many_requests || status >= server_error;
  board_.store.ratio<Metric::api_errors>(failed ? 1 : 0, 1, labels);
  ++board_.tick.answered;
  if (failed) ++board_.tick.errors;
  // Those turned away are answered fast: counting them would flatter an overloaded API.
  if (status == too_many_requests || status == service_unavailable) return;
  board_.store.record<Metric::api_latency>(event.value, labels);
  board_.step_latency.record(event.value);
}

}  // namespace wavetank::engine
