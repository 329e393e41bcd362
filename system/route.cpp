#include "system/route.h"

#include <algorithm>
#include <utility>

namespace wavetank::service {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// Reads from left to right; the first thing that is wrong ends it.
class RouteReader {
 public:
  explicit RouteReader(std::string_view text) : text_(text) {}

  ParsedRoute read() {
    RouteStep route = sequence();
    skip();
    if (what_.empty() && at_ < text_.size()) fail("there is more behind the route");
    if (!what_.empty()) return {std::nullopt, what_};
    return {std::move(route), ""};
  }

 private:
  void fail(const std::string& what) {
    if (what_.empty()) what_ = what + ", at character " + std::to_string(at_ + 1);
    at_ = text_.size();
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  RouteStep sequence();
  RouteStep step();
  RouteStep branches(RouteStep::Kind kind);
  std::optional<double> share();

  static constexpr int depth_max = 16;
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string what_;
};

RouteStep RouteReader::sequence() {
  RouteStep out;
  out.kind = RouteStep::Kind::sequence;
  if (++depth_ > depth_max) fail("it is nested too deep");
  do {
    out.steps.push_back(step());
  } while (what_.empty() && take("->"));
  --depth_;
  if (out.steps.size() == 1) {
    RouteStep only = std::move(out.steps.front());
    return only;
  }
  return out;
}

RouteStep RouteReader::step() {
  skip();
  const std::size_t from = at_;
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  const std::string_view name = text_.substr(from, at_ - from);
  if (name.empty()) {
    fail("the name of a station is missing");
    return {};
  }
  if (take("(")) {
    if (name == "all") return branches(RouteStep::Kind::all);
    if (name == "choice") return branches(RouteStep::Kind::choice);
    fail("\"" + std::string(name) + "\" is neither all nor choice");
    return {};
  }
  RouteStep out;
  out.name = std::string(name);
  return out;
}

/// "90%" before a step, or nothing.
std::optional<double> RouteReader::share() {
  skip();
  const std::size_t from = at_;
  std::size_t end = at_;
  double value = 0, unit = 1;
  bool fraction = false;
  for (; end < text_.size(); ++end) {
    const char c = text_[end];
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      if (fraction) unit *= 10;
    } else {
      break;
    }
  }
  if (end == from || end == text_.size() || text_[end] != '%') return std::nullopt;
  at_ = end + 1;
  return value / unit / 100;
}

RouteStep RouteReader::branches(RouteStep::Kind kind) {
  RouteStep out;
  out.kind = kind;
  std::size_t stated = 0;
  double sum = 0;
  do {
    std::optional<double> part;
    if (kind == RouteStep::Kind::choice) part = share();
    if (part) ++stated;
    sum += part.value_or(0);
    out.shares.push_back(sum);
    out.steps.push_back(sequence());
  } while (what_.empty() && take(","));
  if (what_.empty() && !take(")")) fail("\")\" is missing");
  if (kind != RouteStep::Kind::choice || !what_.empty()) return out;
  const std::size_t n = out.steps.size();
  if (stated == 0) {
    for (std::size_t i = 0; i < n; ++i) {
      out.shares[i] = static_cast<double>(i + 1) / static_cast<double>(n);
    }
  } else if (stated != n) {
    fail("either all ways of a choice have a share, or none");
  } else if (sum < 1 - 1e-9 || sum > 1 + 1e-9) {
    fail("the shares of a choice do not add up to 100%");
  }
  out.shares.back() = 1;
  return out;
}

void count_visits(RouteStep& step, std::vector<std::uint32_t>& visits, std::uint32_t& choices,
                  const std::vector<std::string>& stations, std::string& unknown) {
  if (step.kind == RouteStep::Kind::choice) step.place = choices++;
  if (step.kind == RouteStep::Kind::station) {
    const auto found = std::find(stations.begin(), stations.end(), step.name);
    if (found == stations.end()) {
      if (unknown.empty()) unknown = step.name;
      return;
    }
    step.station = static_cast<std::uint32_t>(found - stations.begin());
    step.nth = visits[step.station]++;
  }
  for (RouteStep& inner : step.steps) count_visits(inner, visits, choices, stations, unknown);
}

}  // namespace

ParsedRoute parse_route(std::string_view text) {
  return RouteReader(text).read();
}

std::string resolve_route(RouteStep& route, const std::vector<std::string>& stations) {
  std::vector<std::uint32_t> visits(stations.size());
  std::uint32_t choices = 0;
  std::string unknown;
  count_visits(route, visits, choices, stations, unknown);
  return unknown;
}

}  // namespace wavetank::service
