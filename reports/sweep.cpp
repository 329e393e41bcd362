#include "reports/sweep.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string hexadecimal(std::uint64_t value) {
  engine::RunReport report;
  report.fingerprint = value;
  return fingerprint_of(report);
}

template <class Value>
Json object(const std::vector<std::pair<std::string, Value>>& members) {
  Json out = Json::object();
  for (const auto& [name, value] : members) out[name] = value;
  return out;
}

}  // namespace

std::string json_line(const engine::SweepSeed& seed) {
  Json out = {{"seed", seed.seed},
              {"verdict", seed.verdict},
              {"exit_code", seed.exit_code},
              {"fingerprint", hexadecimal(seed.fingerprint)},
              {"events", seed.events}};
  if (seed.failed()) out["headline"] = seed.headline;
  if (!seed.broken.empty()) out["broken"] = seed.broken;
  if (!seed.fired.empty()) out["fired"] = object(seed.fired);
  if (!seed.probes.empty()) out["probes"] = object(seed.probes);
  if (!seed.observed.empty()) out["observed"] = object(seed.observed);
  if (!seed.sets.empty()) out["sets"] = seed.sets;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<engine::SweepSeed> read_json_line(const std::string& line) {
  const Json in = Json::parse(line, nullptr, false);
  if (!in.is_object() || !in.contains("seed") || !in.contains("verdict")) return std::nullopt;
  try {
    engine::SweepSeed seed;
    seed.seed = in.at("seed").get<std::uint64_t>();
    seed.verdict = in.at("verdict").get<std::string>();
    seed.exit_code = in.at("exit_code").get<int>();
    seed.events = in.at("events").get<std::uint64_t>();
    const auto print = in.at("fingerprint").get<std::string>();
    std::from_chars(print.data(), print.data() + print.size(), seed.fingerprint, 16);
    seed.headline = in.value("headline", "");
    seed.broken = in.value("broken", seed.broken);
    seed.sets = in.value("sets", seed.sets);
    const Json none = Json::object();
    const Json fired = in.value("fired", none), observed = in.value("observed", none);
    const Json probes = in.value("probes", none);
    for (const auto& [name, n] : fired.items()) seed.fired.emplace_back(name, n);
    for (const auto& [name, n] : probes.items()) seed.probes.emplace_back(name, n);
    for (const auto& [name, n] : observed.items()) {
      if (n.is_number()) seed.observed.emplace_back(name, n);
    }
    return seed;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string console(const engine::SweepTally& tally, const SweepPage& text) {
  Page page(text.colors);
  page.paragraph(Ink::plain, text.title, 0);
  page.paragraph(Ink::plain, text.facts, 0);
  page.line();
  const int code = tally.exit_code();
  page.paragraph(code == 0 ? Ink::good : code == 4 ? Ink::unsure : Ink::bad, tally.headline());
  const auto of_all = [&](std::uint64_t n) { return grouped(n) + " of " + grouped(tally.seeds()); };
  for (const auto& [verdict, n] : tally.verdicts()) {
    if (verdict != "pass") page.labelled(verdict, of_all(n) + " seeds", 26);
  }
  for (const auto& [name, n] : tally.broken()) {
    page.labelled(cut(name, 25), "broken in " + count_of(n, "seed", "seeds"), 26);
  }
  for (const auto& [name, one] : tally.faults()) {
    page.labelled(cut(name, 25), "fired in " + grouped(one.seen) + " of " +
                                     count_of(one.runs, "seed", "seeds"),
                  26);
  }
  for (const auto& [name, one] : tally.probes()) {
    page.labelled(cut(name, 25), "happened in " + grouped(one.seen) + " of " +
                                     count_of(one.runs, "seed", "seeds"),
                  26);
  }
  page.line();
  if (!text.file.empty()) page.line("results  " + text.file);
  if (!text.repro.empty()) page.line("repeat   " + text.repro);
  return page.text();
}

}  // namespace wavetank::reports
