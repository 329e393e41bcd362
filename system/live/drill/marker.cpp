#include "system/live/drill/marker.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "system/live/live_clock.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

/// "2026-12-01T00:00:00Z", to the second; fractions are let fall.
std::optional<std::int64_t> parse_utc(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.') {
    do ++rest;
    while (*rest >= '0' && *rest <= '9');
  }
  const std::string zone = rest;
  if (zone != "Z" && zone != "+00:00") return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&parts));
}

/// Seconds since 1970 that never go back while this process lives: what has expired stays so.
std::int64_t now_s() {
  static const LiveClock clock;
  const std::int64_t counted = clock.to_unix(clock.now()) / 1'000'000'000;
  return std::max<std::int64_t>(counted, std::time(nullptr));
}

}  // namespace

Answer<Marker> parse_marker(const std::string& text) {
  using Read = Answer<Marker>;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Read::none("the marker is no JSON object");
  Marker marker;
  const auto word = [&json](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  marker.environment = word("environment");
  marker.owner = word("owner");
  if (marker.environment.empty()) return Read::none("the marker names no environment");
  const std::string expires = word("expires");
  const auto at = parse_utc(expires);
  if (!at) {
    return Read::none("the marker's expires (\"" + expires +
                      "\") is no time such as 2026-12-01T00:00:00Z");
  }
  marker.expires = *at;
  return marker;
}

Trouble judge_marker(const Marker& marker, const std::string& environment, std::int64_t now) {
  const std::string by = marker.owner.empty() ? "" : "; ask " + marker.owner;
  if (marker.environment != environment) {
    return "the marker is for environment \"" + marker.environment + "\", the target file says \"" +
           environment + "\"" + by;
  }
  if (now >= marker.expires) return "the marker has expired" + by;
  return std::nullopt;
}

MarkerState check_marker(const Target& target) {
  if (target.marker.kind == "none") {
    return {Consent::withdrawn, "the target shows no marker of its owner: see marker.kind"};
  }
  const auto text = read_marker_text(target);
  if (!text) return {Consent::unknown, "the marker cannot be read: " + text.why()};
  if (text->empty()) return {Consent::withdrawn, "the target's owner has taken the marker away"};
  const auto marker = parse_marker(*text);
  if (!marker) return {Consent::withdrawn, marker.why()};
  const auto wrong = judge_marker(*marker, target.environment, now_s());
  if (wrong) return {Consent::withdrawn, *wrong};
  return {Consent::given, ""};
}

MarkerWatch::MarkerWatch(Ask ask, Duration every, Duration patience,
                         std::function<void(const std::string&)> stop)
    : ask_(std::move(ask)), stop_(std::move(stop)),
      thread_([this, every, patience] { work(every, patience); }) {}

MarkerWatch::~MarkerWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void MarkerWatch::work(Duration every, Duration patience) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point known = Clock::now();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::nanoseconds(every.ns), [this] { return ending_; })) {
    lock.unlock();
    const MarkerState state = ask_();
    const Clock::time_point now = Clock::now();
    if (state.consent == Consent::given) known = now;
    const bool too_long = now - known > std::chrono::nanoseconds(patience.ns);
    if (state.consent == Consent::withdrawn || too_long) {
      stop_(state.why);
      return;
    }
    lock.lock();
  }
}

}  // namespace wavetank::live
