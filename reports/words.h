#pragma once
// How the text reports write times, counts and names. Widths are columns of a terminal: characters,
// not bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

/// A span of seconds in at most six columns: "88ms", "4.2s", "12m05s", "30m", "2h03m", "3d04h".
std::string span(double s);
std::string span_or_dash(const std::optional<double>& s);

/// A share: "99.6 %", and never 100 % or 0 % unless it is.
std::string percent(double share);

/// A whole number with its thousands apart: "20,975".
std::string grouped(std::uint64_t n);
/// The same where the exact figure is of no use: "4.3M".
std::string about(std::uint64_t n);
/// "1 job", "2 jobs", "4,312 reads".
std::string count_of(std::uint64_t n, const char* one, const char* many);

std::size_t columns(std::string_view text);
/// At most `width` columns. What is cut is the middle, marked "..", so that names which differ at
/// their ends stay apart. Control characters become spaces, here and in wrapped().
std::string cut(std::string_view text, std::size_t width);
/// Exactly `width` columns where the text is not longer: spaces follow, or come first.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);
/// Lines of at most `width` columns, broken at spaces; a word that is longer is cut.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The scenario's name: its file without folder and ending.
std::string name_of(const engine::RunReport& report);
/// A fault's own name, else its kind.
const std::string& name_of(const engine::FaultResult& fault);
/// The command that repeats the run, with the fingerprint to compare; an interrupted run has ended
/// where its repetition will not.
std::string repeat_of(const engine::RunReport& report);
/// 16 hexadecimal digits: readers of JSON round larger numbers than 2^53.
std::string hex(std::uint64_t word);
/// The fingerprint, in hex().
std::string fingerprint_of(const engine::RunReport& report);
/// "SIMULATED, model defaults (not calibrated), one seed": what such a run is worth.
std::string standing_of(const engine::RunReport& report, bool brief = false,
                        std::uint64_t seeds = 1);
/// Whether it passed because it broke exactly what its file expects.
bool breaks_as_expected(const engine::RunReport& report);
/// "PASS", "PASS, breaks as expected", "BREACHED", "NOT VALID" ...: as report.html words it.
std::string verdict_words(const engine::RunReport& report);

/// A moment of the run: "08:32" where it lasts two hours or more, else "2m05s".
std::string moment(double at_s, const engine::RunReport& report);

/// The answers to the three questions, without a full stop.
std::string trust_answer(const engine::RunReport& report);
std::string recovery_answer(const engine::RunReport& report);
std::string tightest_answer(const engine::RunReport& report);

/// "7 to 12, mean 8.1, unknown for 20s"; "unknown".
std::string reading_text(const engine::ReadingResult& one);

/// "6 of 6 thresholds and 7 of 8 invariants hold, 1 undecided".
std::string checks_answer(const engine::RunReport& report);

/// "143 duplicates, 37 wrong".
std::string saw_text(const engine::InvariantResult& result);

/// The invariants that saw nothing which could have broken them, with commas between.
std::string untested(const engine::RunReport& report);
/// The events of expect.sometimes that never happened, with commas between.
std::string never_hit(const engine::RunReport& report);

/// "24h in 8.1s", "5,894 jobs, 4.3M reads", "busiest hour offers 204 % of the slots".
std::vector<std::string> facts_of(const engine::RunReport& report);

/// What is said beside the headline.
std::vector<std::string> notes_of(const engine::RunReport& report);

}  // namespace wavetank::reports
