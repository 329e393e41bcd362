#include "scenarios/engine/swarm.h"

#include <algorithm>
#include <utility>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/quantity.h"
#include "system/base/check.h"

namespace wavetank::engine {
namespace {

constexpr Purpose setting_purpose{"swarm.setting"};
constexpr Purpose fault_purpose{"swarm.fault"};
constexpr Purpose order_purpose{"swarm.order"};
constexpr Purpose range_purpose{"swarm.range"};

/// Even steps between the bounds, a thousand or so, in figures that a person can read.
std::int64_t between(std::int64_t from, std::int64_t to, std::uint64_t bits) {
  std::int64_t step = 1;
  while ((to - from) / step > 10'000) step *= 10;
  const auto steps = static_cast<std::uint64_t>((to - from) / step);
  return from + static_cast<std::int64_t>(below(bits, steps + 1)) * step;
}

double between(double from, double to, std::uint64_t bits) {
  constexpr std::uint64_t steps = 1'000;
  const std::uint64_t k = below(bits, steps + 1);
  if (k == steps) return to;
  return from + (to - from) * static_cast<double>(k) / static_cast<double>(steps);
}

// What a unit's value is drawn over.
std::int64_t& raw(Duration& value) { return value.ns; }
std::int64_t& raw(Bytes& value) { return value.count; }
std::int64_t& raw(Bandwidth& value) { return value.bytes_per_s; }
std::int64_t& raw(std::int64_t& value) { return value; }
double& raw(Rate& value) { return value.per_s; }
double& raw(Ratio& value) { return value.value; }
double& raw(double& value) { return value; }

enum class Bounds : std::uint8_t { other_kind, reversed, good };

template <class T>
Bounds draw_as(Parsed<T> from, Parsed<T> to, std::uint64_t bits, std::string& out) {
  if (!from.value || !to.value) return Bounds::other_kind;
  T value = *from.value;
  if (raw(*to.value) < raw(value)) return Bounds::reversed;
  raw(value) = between(raw(value), raw(*to.value), bits);
  out = text_of(value);
  return Bounds::good;
}

/// The first kind that reads both bounds decides.
Bounds draw_between(const SwarmRange& range, std::uint64_t bits, std::string& out) {
  const std::string &a = range.from, &b = range.to;
  Bounds seen = draw_as(parse_count(a), parse_count(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_duration(a), parse_duration(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_ratio(a), parse_ratio(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_bytes(a), parse_bytes(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_rate(a), parse_rate(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_bandwidth(a), parse_bandwidth(b), bits, out);
  if (seen == Bounds::other_kind) seen = draw_as(parse_number(a), parse_number(b), bits, out);
  return seen;
}

std::string drawn_value(const SwarmRange& range, std::uint64_t bits) {
  if (!range.values.empty()) return range.values[below(bits, range.values.size())];
  std::string value;
  draw_between(range, bits, value);
  return value;
}

void check_range(const SwarmRange& range, const std::string& at, const std::string& prefix,
                 const Provenance& settings, const AddProblem& add) {
  if (!range.path.empty() && find_setting(settings, prefix + range.path) == nullptr) {
    std::vector<std::string> known;
    for (const Setting& one : settings) {
      if (!one.path.starts_with(prefix) || (prefix.empty() && one.path.starts_with("swarm."))) {
        continue;
      }
      known.push_back(one.path.substr(prefix.size()));
    }
    add(at + ".path", "no setting is called " + in_quotes(range.path),
        nearest_hint(range.path, known, "settings"));
  }
  const bool bounded = !range.from.empty() || !range.to.empty();
  if (bounded == !range.values.empty()) {
    add(at, bounded ? "a range has bounds or values, not both" : "a range needs bounds or values",
        "Write \"from\" and \"to\", or \"values\".");
    return;
  }
  std::string drawn;
  if (!bounded) return;
  const Bounds seen = draw_between(range, 0, drawn);
  if (seen == Bounds::other_kind) {
    add(at + ".to", in_quotes(range.from) + " and " + in_quotes(range.to) +
                        " are no values of one kind",
        "Examples: \"500ms\" and \"5s\", \"1%\" and \"20%\", \"1\" and \"4\".");
  } else if (seen == Bounds::reversed) {
    add(at + ".to", in_quotes(range.to) + " is less than " + in_quotes(range.from), "");
  }
}

Duration duration_in(const Node& fault, const char* field) {
  const Node* node = fault.find(field);
  if (node == nullptr) return {};
  return parse_duration(node->text).value.value_or(Duration{});
}

}  // namespace

void SwarmRange::describe(Fields& f) {
  f.field("path", path, {.help = "Which setting, as --set names it.", .required = true});
  f.field("from", from, {.help = "The least, as a text with its unit: \"500ms\", \"1\"."});
  f.field("to", to, {.help = "The most; all between are equally likely."});
  f.field("values", values, {.help = "Instead of bounds: values that are equally likely."});
}

void SwarmFault::describe(Fields& f) {
  f.field("probability", probability, {.help = "In which share of the seeds it strikes."});
  f.items("ranges", ranges, {.help = "What is drawn of it, by its own fields: at, ratio ..."});
  entry.describe(f);
}

void SwarmContract::describe(Fields& f) {
  f.field("faults_max", faults_max, {.help = "At most so many drawn faults in one seed."});
  f.field("overlap", overlap, {.help = "Whether two faults may be active at once."});
  f.field("calm", calm, {.help = "How long before the load ends every drawn fault has ended."});
}

void Swarm::describe(Fields& f) {
  f.items("settings", settings, {.help = "Settings that each seed draws."});
  f.items("faults", faults, {.help = "Faults that each seed may draw, beside those of `faults`."});
  f.section("contract", contract,
            {.help = "What the platform promises to recover from: faults that break it are left "
                     "out of a seed."});
}

void check_swarm(const Swarm& swarm, const Provenance& settings, const AddProblem& add) {
  const auto at = [](const char* list, std::size_t i) {
    return "swarm." + std::string(list) + '.' + std::to_string(i);
  };
  for (std::size_t i = 0; i < swarm.settings.size(); ++i) {
    check_range(swarm.settings[i], at("settings", i), "", settings, add);
  }
  for (std::size_t i = 0; i < swarm.faults.size(); ++i) {
    const SwarmFault& one = swarm.faults[i];
    const std::string prefix = at("faults", i);
    for (std::size_t r = 0; r < one.ranges.size(); ++r) {
      check_range(one.ranges[r], prefix + ".ranges." + std::to_string(r), prefix + '.', settings,
                  add);
    }
    if (one.entry.fault == nullptr || swarm.contract.calm == Duration{}) continue;
    const bool drawn = std::any_of(one.ranges.begin(), one.ranges.end(),
                                   [](const SwarmRange& range) { return range.path == "for"; });
    if (one.entry.fault->spec().lasts == Duration{} && !drawn) {
      add(prefix + ".for", "the fault lasts until the load ends, but the contract wants calm",
          "Say how long it lasts.");
    }
  }
}

SwarmDraw::Strike SwarmDraw::strike_of(const Node& fault) const {
  const Duration at = duration_in(fault, "at");
  const Duration lasts = duration_in(fault, "for");
  return {at, lasts == Duration{} ? load_ends_ : at + lasts};
}

std::vector<SwarmDraw::Candidate> SwarmDraw::candidates(std::uint64_t seed) const {
  std::vector<Candidate> all;
  const Node* list = find_path(root_, "swarm.faults");
  for (std::size_t i = 0; i < swarm_.faults.size(); ++i) {
    if (!hits(draw(seed, fault_purpose, i), swarm_.faults[i].probability.value)) continue;
    Candidate one{draw(seed, order_purpose, i), i, list->items[i], {}};
    std::erase_if(one.node.members, [](const Member& member) {
      return member.key == "probability" || member.key == "ranges";
    });
    Problems none;
    for (std::size_t r = 0; r < swarm_.faults[i].ranges.size(); ++r) {
      const SwarmRange& range = swarm_.faults[i].ranges[r];
      const std::uint64_t bits = draw(seed, range_purpose, i, r);
      set_path(one.node, range.path + '=' + drawn_value(range, bits), none);
    }
    one.strike = strike_of(one.node);
    all.push_back(std::move(one));
  }
  return all;
}

/// Which are left out is drawn, too, so that none is favoured by its place in the file.
std::vector<SwarmDraw::Candidate> SwarmDraw::kept(std::vector<Candidate> drawn,
                                                  const Node* always) const {
  const SwarmContract& contract = swarm_.contract;
  std::vector<Strike> taken;
  if (always != nullptr) {
    for (const Node& fault : always->items) taken.push_back(strike_of(fault));
  }
  std::sort(drawn.begin(), drawn.end(),
            [](const Candidate& a, const Candidate& b) { return a.order < b.order; });
  std::vector<Candidate> out;
  for (Candidate& one : drawn) {
    const Strike strike = one.strike;
    const bool clash = std::any_of(taken.begin(), taken.end(), [strike](const Strike& other) {
      return strike.from < other.to && other.from < strike.to;
    });
    if (static_cast<std::int64_t>(out.size()) >= contract.faults_max) break;
    if (strike.to > load_ends_ - contract.calm || (clash && !contract.overlap)) continue;
    taken.push_back(strike);
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const Candidate& a, const Candidate& b) { return a.place < b.place; });
  return out;
}

std::vector<std::string> SwarmDraw::sets(std::uint64_t seed) const {
  std::vector<std::string> out;
  Node root = root_;
  Problems none;
  for (std::size_t i = 0; i < swarm_.settings.size(); ++i) {
    const SwarmRange& range = swarm_.settings[i];
    out.push_back(range.path + '=' + drawn_value(range, draw(seed, setting_purpose, i)));
    set_path(root, out.back(), none);
  }
  const Node* always = find_path(root, "faults");
  const std::vector<Candidate> more = kept(candidates(seed), always);
  WAVETANK_CHECK(none.empty(), none.text());
  if (more.empty()) return out;
  Node faults = always != nullptr ? *always : array_node();
  for (const Candidate& one : more) faults.items.push_back(one.node);
  out.push_back("faults=" + write_json_line(faults));
  return out;
}

}  // namespace wavetank::engine
