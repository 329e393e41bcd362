#include "scenarios/engine/decisions/decision_list.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

namespace wavetank::engine {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::size_t faults_max = 10'000;
constexpr std::array<const char*, 6> kinds{"pass",         "delay",      "refuse",
                                           "lose_request", "lose_reply", "repeat"};

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

std::optional<std::uint64_t> from_hexadecimal(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (text.size() != 16 || error != std::errc() || end != text.data() + 16) return std::nullopt;
  return out;
}

/// Reads a line; what is wrong with it is a clause.
class LineReader {
 public:
  LineReader(DecisionList& list, const Json& json) : list_(list), json_(json) {}

  std::string header();
  std::string entry() {
    if (list_.whole) return "nothing may follow the last line";
    if (json_.contains("fault")) return decision();
    if (json_.contains("stream")) return draws();
    if (json_.contains("end")) return end();
    return "it is no decision: it has none of fault, stream and end";
  }

 private:
  std::string decision();
  std::string draws();
  std::string end();
  /// The clause about the first key that is not among these.
  std::string unknown(std::initializer_list<const char*> known) const;
  std::optional<std::uint64_t> whole_number(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
  }
  bool text(const char* key, std::string& to) const {
    const auto found = json_.find(key);
    if (found == json_.end() || !found->is_string()) return false;
    to = found->get<std::string>();
    return true;
  }

  DecisionList& list_;
  const Json& json_;
};

std::string LineReader::unknown(std::initializer_list<const char*> known) const {
  for (const auto& [key, value] : json_.items()) {
    bool is_known = false;
    for (const char* name : known) is_known = is_known || key == name;
    if (!is_known) return in_quotes(key) + " is not a known key";
  }
  return {};
}

std::string LineReader::header() {
  DecisionOrigin& origin = list_.origin;
  const auto seed = whole_number("seed");
  if (whole_number("decisions") != version) return "it is no list of decisions of version 1";
  bool good = seed.has_value();
  good = text("scenario", origin.scenario) && good;
  good = text("digest", origin.digest) && good;
  good = text("load", origin.load) && good;
  good = text("version", origin.version) && good;
  const auto sets = json_.find("sets");
  good = good && sets != json_.end() && sets->is_array();
  if (!good) return "it must have seed, scenario, digest, sets, load and version";
  origin.seed = *seed;
  for (const Json& one : *sets) {
    if (!one.is_string()) return "sets must be texts";
    origin.sets.push_back(one.get<std::string>());
  }
  return unknown({"decisions", "seed", "scenario", "digest", "sets", "load", "version"});
}

std::string LineReader::decision() {
  const auto fault = whole_number("fault"), ask = whole_number("ask");
  std::string kind;
  if (!fault || *fault >= faults_max) return "fault must be the place of a fault, from 0";
  if (!ask) return "ask must be a whole number";
  if (!text("verdict", kind)) return "verdict is missing";
  Decision decision{*ask, {}};
  std::size_t i = 0;
  while (i < kinds.size() && kind != kinds[i]) ++i;
  if (i == kinds.size()) return "there is no verdict " + in_quotes(kind);
  decision.verdict.kind = static_cast<Verdict::Kind>(i);
  if (json_.contains("by_ns")) {
    const auto by = whole_number("by_ns");
    if (!by || *by > static_cast<std::uint64_t>(duration_max.ns)) {
      return "by_ns must be a whole number of nanoseconds";
    }
    decision.verdict.by = {static_cast<std::int64_t>(*by)};
  }
  if (list_.by_fault.size() <= *fault) list_.by_fault.resize(*fault + 1);
  std::vector<Decision>& before = list_.by_fault[*fault];
  if (!before.empty() && before.back().ask >= *ask) return "ask must grow from line to line";
  before.push_back(decision);
  return unknown({"fault", "ask", "verdict", "by_ns"});
}

std::string LineReader::draws() {
  std::string stream;
  const auto values = json_.find("draws");
  if (!text("stream", stream)) return "stream must be a text";
  if (values == json_.end() || !values->is_array()) return "draws must be a list";
  std::vector<std::uint64_t>& to = list_.draws[stream];
  for (const Json& one : *values) {
    const auto value = from_hexadecimal(one);
    if (!value) return "a draw is 16 hexadecimal digits";
    to.push_back(*value);
  }
  return unknown({"stream", "draws"});
}

std::string LineReader::end() {
  const auto asked = json_.find("asked"), print = json_.find("fingerprint");
  if (asked == json_.end() || !asked->is_array()) return "asked must be a list";
  for (const Json& one : *asked) {
    if (!one.is_number_unsigned()) return "asked must hold whole numbers";
    list_.asked.push_back(one.get<std::uint64_t>());
  }
  const auto fingerprint = print == json_.end() ? std::nullopt : from_hexadecimal(*print);
  if (!fingerprint) return "fingerprint must be 16 hexadecimal digits";
  list_.fingerprint = *fingerprint;
  list_.whole = true;
  return unknown({"end", "asked", "fingerprint"});
}

}  // namespace

const char* name_of(Verdict::Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

DecisionList read_decisions(std::string_view text, const std::string& file, Problems& problems) {
  DecisionList list;
  int number = 0;
  while (!text.empty() || number == 0) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const Json json = Json::parse(line, nullptr, false);
    ++number;
    std::string wrong = "it is no JSON object";
    if (json.is_object()) {
      LineReader reader(list, json);
      wrong = number == 1 ? reader.header() : reader.entry();
    }
    if (wrong.empty()) continue;
    problems.add({file, number, 0, "", std::move(wrong), ""});
    if (number == 1) break;  // Whatever it is, it is no such file.
  }
  return list;
}

std::string header_line(const DecisionOrigin& origin) {
  return line_of({{"decisions", version},
                  {"scenario", origin.scenario},
                  {"digest", origin.digest},
                  {"seed", origin.seed},
                  {"sets", origin.sets},
                  {"load", origin.load},
                  {"version", origin.version}});
}

std::string decision_line(int fault, const Decision& decision) {
  Json json = {{"fault", fault}, {"ask", decision.ask}};
  json["verdict"] = name_of(decision.verdict.kind);
  if (decision.verdict.by > Duration{}) json["by_ns"] = decision.verdict.by.ns;
  return line_of(json);
}

std::string draws_line(const std::string& stream, const std::vector<std::uint64_t>& values) {
  Json draws = Json::array();
  for (const std::uint64_t value : values) draws.push_back(hexadecimal(value));
  return line_of({{"stream", stream}, {"draws", std::move(draws)}});
}

std::string end_line(const std::vector<std::uint64_t>& asked, std::uint64_t fingerprint) {
  return line_of({{"end", true}, {"asked", asked}, {"fingerprint", hexadecimal(fingerprint)}});
}

}  // namespace wavetank::engine
