#include "reports/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "scenarios/engine/metrics/metric_registry.h"

namespace wavetank::reports {
namespace {

std::string digits(double value, const char* unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f%s" : "%.0f%s", value, unit);
  std::string out = text.data();
  const std::size_t zero = out.find(".0");
  return zero == std::string::npos ? out : out.erase(zero, 2);
}

std::string parts(std::uint64_t large, char large_unit, std::uint64_t small, char small_unit) {
  std::string text = std::to_string(large) + large_unit;
  if (small == 0) return text;
  return text + (small < 10 ? "0" : "") + std::to_string(small) + small_unit;
}

/// The offset of the character that begins at or after column `column`.
std::size_t offset_of(std::string_view text, std::size_t column) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (at++ == column) return i;
  }
  return text.size();
}

/// Text from a file may hold what a terminal takes for a command.
std::string without_controls(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

}  // namespace

std::string span(double s) {
  if (!(s >= 0)) return s < 0 ? "-" + span(-s) : "-";
  if (s == 0) return "0s";
  if (s < 999.5e-9) return digits(s * 1e9, "ns");
  if (s < 999.5e-6) return digits(s * 1e6, "us");
  if (s < 0.9995) return digits(s * 1e3, "ms");
  if (s < 59.5) return digits(s, "s");
  if (s > 1e15) return "forever";
  const auto whole = static_cast<std::uint64_t>(s + 0.5);
  if (whole < 3600) return parts(whole / 60, 'm', whole % 60, 's');
  const std::uint64_t minutes = (whole + 30) / 60;
  if (minutes < 48 * 60) return parts(minutes / 60, 'h', minutes % 60, 'm');
  const std::uint64_t hours = (minutes + 30) / 60;
  return parts(hours / 24, 'd', hours % 24, 'h');
}

std::string span_or_dash(const std::optional<double>& s) { return s ? span(*s) : "-"; }

std::string percent(double share) {
  return engine::human(engine::MetricUnit::share, share);
}

std::string grouped(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string about(std::uint64_t n) {
  if (n < 1'000'000) return grouped(n);
  const auto value = static_cast<double>(n);
  if (value < 999.5e6) return digits(value / 1e6, "M");
  return digits(value / 1e9, "G");
}

std::string count_of(std::uint64_t n, const char* one, const char* many) {
  return about(n) + ' ' + (n == 1 ? one : many);
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string cut(std::string_view raw, std::size_t width) {
  const std::string text = without_controls(raw);
  const std::size_t all = columns(text);
  if (all <= width) return text;
  if (width <= 4) return text.substr(0, offset_of(text, width));
  const std::size_t tail = (width - 2) / 3;
  const std::size_t head = width - 2 - tail;
  return text.substr(0, offset_of(text, head)) + ".." + text.substr(offset_of(text, all - tail));
}

std::string left(std::string_view text, std::size_t width) {
  const std::size_t all = columns(text);
  return std::string(text) + std::string(all < width ? width - all : 0, ' ');
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t all = columns(text);
  return std::string(all < width ? width - all : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view raw, std::size_t width) {
  const std::string clean = without_controls(raw);
  std::string_view text = clean;
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    std::size_t space = text.find(' ');
    // A percentage keeps its sign.
    if (space != std::string_view::npos && text.substr(space).starts_with(" %")) {
      space = text.find(' ', space + 1);
    }
    const std::string word = cut(text.substr(0, space), width);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      line.erase(line.find_last_not_of(' ') + 1);
      lines.push_back(std::move(line));
      line.clear();
    } else if (!line.empty()) {
      line += ' ';
    }
    line += word;
  }
  lines.push_back(std::move(line));
  return lines;
}

std::string name_of(const engine::RunReport& report) {
  std::string_view name = report.scenario;
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  if (name.ends_with(".json")) name.remove_suffix(5);
  return name.empty() ? report.title : std::string(name);
}

const std::string& name_of(const engine::FaultResult& fault) {
  return fault.name.empty() ? fault.fault : fault.name;
}

std::string hex(std::uint64_t word) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(word));
  return text;
}

std::string fingerprint_of(const engine::RunReport& report) { return hex(report.fingerprint); }

std::string repeat_of(const engine::RunReport& report) {
  if (report.verdict == "interrupted") return report.repro;
  return report.repro + "  # " + fingerprint_of(report);
}

std::string standing_of(const engine::RunReport& report, bool brief, std::uint64_t seeds) {
  const std::string& by = report.calibration;
  std::string worth = brief ? "not calibrated" : "model defaults (not calibrated)";
  if (!by.empty() && by != "none") worth = "calibrated: " + by;
  const auto& many = report.replications;
  if (many && !many->batch_s) seeds = many->count;
  if (report.world == "live") return "OBSERVED on a live platform, one run";
  return "SIMULATED, " + worth + ", " +
         (seeds > 1 ? count_of(seeds, "seed", "seeds") : "one seed");
}

bool breaks_as_expected(const engine::RunReport& report) {
  if (report.verdict != "pass") return false;
  const auto& all = report.invariants;
  const auto& limits = report.thresholds;
  return report.recovery.verdict == "stuck" ||
         std::any_of(all.begin(), all.end(),
                     [](const auto& one) { return one.verdict == "broken"; }) ||
         std::any_of(limits.begin(), limits.end(),
                     [](const auto& one) { return !one.holds && !one.undecided; });
}

std::string verdict_words(const engine::RunReport& report) {
  if (breaks_as_expected(report)) return "PASS, breaks as expected";
  static constexpr std::array<std::array<const char*, 2>, 7> words{{{"pass", "PASS"},
                                                                   {"breached", "BREACHED"},
                                                                   {"invalid", "NOT VALID"},
                                                                   {"stopped", "STOPPED"},
                                                                   {"residue", "RESIDUE LEFT"},
                                                                   {"interrupted", "INTERRUPTED"},
                                                                   {"error", "ERROR"}}};
  for (const auto& [verdict, shown] : words) {
    if (report.verdict == verdict) return shown;
  }
  return "NO VERDICT";
}

}  // namespace wavetank::reports
