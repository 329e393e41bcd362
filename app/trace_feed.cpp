#include "app/trace_feed.h"

#include <array>

namespace wavetank::app {

void TraceFeed::subscribe(History& history) {
  static constexpr std::array kinds{EventKind::fault_started, EventKind::fault_ended};
  history.subscribe(*this, kinds);
  history.subscribe_calls(*this);
}

void TraceFeed::on_event(const Event& event) {
  if (event.kind == EventKind::fault_started) {
    began_[event.value] = event.at;
  } else {
    end_fault(event.value, event.at);
  }
}

void TraceFeed::end_fault(std::int64_t index, Time at) {
  const auto began = began_.find(index);
  if (began == began_.end()) return;
  const auto place = static_cast<std::size_t>(index);
  const std::string name =
      place < faults_.size() ? faults_[place] : "fault " + std::to_string(index);
  trace_.slice({"faults/" + name, name, began->second, at, {}, 0});
  began_.erase(began);
}

void TraceFeed::on_call(const Call& call, Duration took) {
  if (++calls_ > calls_max || call.caller == nullptr) return;
  reports::Slice slice;
  slice.track = world_.name(call.caller->id());
  slice.name = name_of(call.op);
  slice.from = call.sent;
  slice.to = call.sent + took;
  if (call.server.valid()) slice.args.emplace_back("server", world_.name(call.server));
  if (call.info.attempt > 0) slice.args.emplace_back("retry", std::to_string(call.info.attempt));
  if (call.failed()) slice.args.emplace_back("failure", name_of(call.failure()));
  if (call.info.entity.valid()) {
    slice.args.emplace_back("entity", "e" + std::to_string(call.info.entity.value));
    slice.flow = call.info.subject;
  }
  trace_.slice(slice);
}

void TraceFeed::finish() {
  const Time now = world_.loop().now();
  while (!began_.empty()) end_fault(began_.begin()->first, now);
  if (cut_short()) trace_.mark("faults", "calls beyond here are left out", now);
  trace_.finish();
}

}  // namespace wavetank::app
