#include "scenarios/engine/metrics/network_meter.h"

#include "system/clients.h"

namespace wavetank::engine {
namespace {

constexpr EventKind kinds[] = {EventKind::request_sent, EventKind::request_done,
                               EventKind::send_timed_out};
constexpr int answered_ok = 200;
constexpr int too_many_requests = 429;
constexpr int service_unavailable = 503;
constexpr AgeIndex::Slot slots_max = 1u << 20;

}  // namespace

NetworkMeter::NetworkMeter(MetricBoard& board, const Grid& grid, std::size_t clients)
    : board_(board), ages_(grid.tick, slots_max), open_(clients) {}

void NetworkMeter::subscribe(History& history) {
  history.subscribe(*this, kinds);
}

Labels NetworkMeter::labels(std::int64_t place) const {
  Labels labels;
  labels.phase = board_.clock.phase();
  labels.place = static_cast<std::uint16_t>(place);
  return labels;
}

void NetworkMeter::on_event(const Event& event) {
  board_.begin(event);
  if (event.kind == EventKind::request_sent) return sent(event);
  if (event.kind == EventKind::request_done) return done(event);
  board_.store.count<Metric::client_timeouts>(labels(event.value));
}

void NetworkMeter::sent(const Event& event) {
  const Labels client = labels(event.extra);
  const bool first = event.attempt == 0;
  board_.store.count<Metric::client_sends>(client);
  board_.store.ratio<Metric::client_amplification>(1, first ? 1 : 0, client);
  if (!first) {
    ++board_.minute.client_retries;
    return;
  }
  board_.store.count<Metric::client_offered>(client);
  ++board_.tick.first_sends;
  ++board_.tick.submits;
  ++open_[client.place];
  ages_.add(ages_.slot_of(Time{event.value}));
}

void NetworkMeter::done(const Event& event) {
  const auto status = static_cast<int>(event.extra & 0xffff);
  const Labels client = labels(event.extra >> 16);
  const bool good = status == answered_ok;
  board_.store.ratio<Metric::client_errors>(good ? 0 : 1, 1, client);
  ++board_.tick.answered;
  ++(good ? board_.tick.on_time : board_.tick.missed);
  if (good) {
    board_.store.count<Metric::client_goodput>(client);
  } else {
    ++board_.tick.errors;
  }
  if (event.attempt == service::never_sent) {
    board_.store.count<Metric::client_offered>(client);
    board_.store.ratio<Metric::client_amplification>(0, 1, client);
  } else {
    --open_[client.place];
    ages_.remove(ages_.slot_of(Time{event.at.ns - event.value}));
  }
  // Those turned away are answered fast: counting them would flatter an overloaded station.
  if (status == too_many_requests || status == service_unavailable) return;
  board_.store.record<Metric::client_latency>(event.value, client);
  board_.step_latency.record(event.value);
}

void NetworkMeter::entered(std::uint32_t station) {
  board_.store.count<Metric::station_offered>(labels(station));
}

void NetworkMeter::left(const Departure& departure) {
  using End = Departure::End;
  const Labels station = labels(departure.station);
  MetricStore& store = board_.store;
  if (departure.looked_up && (departure.end == End::served || departure.end == End::unwanted)) {
    store.ratio<Metric::station_hit_ratio>(departure.hit ? 1 : 0, 1, station);
    ++board_.tick.cache_lookups;
    if (departure.hit) ++board_.tick.cache_hits;
  }
  switch (departure.end) {
    case End::served:
    case End::unwanted:
      store.record<Metric::station_latency>(departure.stay.ns, station);
      store.record<Metric::station_wait>(departure.wait.ns, station);
      if (departure.end == End::served) return store.count<Metric::station_goodput>(station);
      return store.count<Metric::station_timeouts>(station);
    case End::rejected: return store.count<Metric::station_rejected>(station);
    case End::expired:
    case End::cancelled: return store.count<Metric::station_dropped>(station);
    case End::lost:
    case End::failed: return store.count<Metric::station_failed>(station);
  }
}

void NetworkMeter::sample() {
  for (std::size_t client = 0; client < open_.size(); ++client) {
    const auto place = static_cast<std::int64_t>(client);
    board_.store.sample(Metric::client_open, open_[client], labels(place));
  }
}

}  // namespace wavetank::engine
