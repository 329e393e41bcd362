#pragma once
// A Route: through which stations a request goes, as a line of text.
//
//   api -> queue -> workers            one after the other
//   all(left, right -> far)            at once; it goes on when all have ended, fails when one did
//   choice(90% near, 10% far)          one of them, drawn; without shares each is as likely
//
// Names are those of stations. The three nest.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::service {

struct RouteStep {
  enum class Kind : std::uint8_t { station, sequence, all, choice };
  Kind kind = Kind::station;
  std::string name;              ///< of a station
  std::uint32_t station = 0;     ///< its number, once resolved
  std::uint32_t nth = 0;         ///< which step of the route at that station
  std::uint32_t place = 0;       ///< of a choice: which of the route's, for its draws
  std::vector<double> shares;    ///< of a choice: up to each step, the last is 1
  std::vector<RouteStep> steps;
};

struct ParsedRoute {
  std::optional<RouteStep> value;
  std::string what;  ///< what is wrong with it, as a clause
};

ParsedRoute parse_route(std::string_view text);

/// Numbers the stations and counts the visits. Returns the first name that is no station, or "".
std::string resolve_route(RouteStep& route, const std::vector<std::string>& stations);

}  // namespace wavetank::service
