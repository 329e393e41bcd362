#include "scenarios/engine/load/trace.h"

#include <algorithm>
#include <numeric>

#include "scenarios/engine/chain/words.h"
#include "system/base/check.h"

namespace wavetank::engine {
namespace {

constexpr std::uint64_t bad_lines_max = 20;

Duration rounded_up(Duration d, Duration to) {
  return to * ((d.ns + to.ns - 1) / to.ns);
}

bool may_quote(const TraceSettings& settings) {
  return settings.separator() == ',';
}

}  // namespace

TraceSlice::TraceSlice(const TraceSettings& settings)
    : settings_(settings), lines_(settings.path), parser_(settings) {
  if (settings.time_unit == TraceSettings::TimeUnit::seconds) origin_ = 0;
}

TraceSlice::Step TraceSlice::fail(std::string what) {
  what_ = std::move(what);
  return Step::bad;
}

/// Reads the header, if there is one. False where the columns cannot be found.
bool TraceSlice::begin() {
  begun_ = true;
  if (!parser_.wants_header()) return true;
  std::string_view line;
  if (!lines_.next(line)) return true;
  what_.clear();
  if (!split_cells(line, settings_.separator(), may_quote(settings_), scratch_, cells_)) {
    what_ = "a quote is not closed";
  } else {
    for (const RowParser::MissingColumn& missing : parser_.header(cells_)) {
      what_ += (what_.empty() ? "" : "; ") + missing.what;
      if (hint_.empty()) hint_ = missing.hint;
    }
  }
  done_ = !what_.empty();
  return what_.empty();
}

/// Sets offset_, inside_ and, behind the slice, done_; or says what is wrong with the row's time.
std::optional<std::string> TraceSlice::place() {
  if (!origin_) {
    origin_ = row_.time_ns;
    latest_ = row_.time_ns;
  }
  if (row_.time_ns < latest_) {
    const Duration back{latest_ - row_.time_ns};
    if (back > settings_.disorder) {
      return "the time goes back by " + duration_words(back) + ", more than `disorder` allows";
    }
    row_.time_ns = latest_;
  }
  latest_ = row_.time_ns;
  const Duration since{row_.time_ns - *origin_};
  offset_ = since - settings_.from;
  inside_ = since >= settings_.from;
  if (settings_.to > Duration{} && since >= settings_.to) {
    inside_ = false;
    done_ = true;
  }
  return std::nullopt;
}

TraceSlice::Step TraceSlice::next() {
  if (!begun_ && !begin()) return Step::bad;
  std::string_view line;
  while (!done_ && lines_.next(line)) {
    if (!split_cells(line, settings_.separator(), may_quote(settings_), scratch_, cells_)) {
      return fail("a quote is not closed, or something follows it");
    }
    if (auto wrong = parser_.parse(cells_, row_)) return fail(std::move(*wrong));
    if (auto wrong = place()) return fail(std::move(*wrong));
    if (!inside_) continue;
    index_ = taken_++;
    return Step::row;
  }
  if (done_ || lines_.failure().empty()) return Step::end;
  done_ = true;
  return fail(lines_.failure());
}

void KeyRanks::count(std::uint64_t key) {
  const auto [place, is_new] = index_.try_emplace(key, size());
  if (is_new) seen_.push_back(0);
  ++seen_[place->second];
}

void KeyRanks::rank() {
  std::vector<std::uint32_t> order(seen_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [this](std::uint32_t a, std::uint32_t b) { return seen_[a] > seen_[b]; });
  // From here on seen_ holds the rank of each key instead of its rows.
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) seen_[order[rank]] = rank;
}

std::uint32_t KeyRanks::of(std::uint64_t key) const {
  const auto found = index_.find(key);
  WAVETANK_CHECK(found != index_.end(), "a trace has a key that its survey did not see");
  return static_cast<std::uint32_t>(seen_[found->second]);
}

std::optional<TraceSurvey> survey_trace(const TraceSettings& settings, Problems& problems) {
  TraceSlice slice(settings);
  TraceSurvey survey;
  auto keys = std::make_shared<KeyRanks>();
  std::uint64_t bad = 0;
  Duration last{};
  const auto complain = [&](std::uint64_t line, std::string what, std::string hint = "") {
    ++bad;
    const int column = line > 0 ? 1 : 0;
    problems.add({settings.path, static_cast<int>(line), column, "", std::move(what),
                  std::move(hint)});
  };
  for (auto step = slice.next(); step != TraceSlice::Step::end; step = slice.next()) {
    if (step == TraceSlice::Step::bad) {
      if (bad == bad_lines_max) {
        complain(slice.line(), "more than 20 lines are wrong; reading stopped here");
        break;
      }
      complain(slice.line(), slice.what(), slice.hint());
      continue;
    }
    ++survey.rows;
    last = slice.offset();
    if (slice.row().key) keys->count(*slice.row().key);
  }
  if (bad == 0 && survey.rows == 0) {
    const bool cut = settings.from > Duration{} || settings.to > Duration{};
    complain(0, cut ? "no row lies in the slice" : "there is no row in it");
  }
  if (bad > 0) return std::nullopt;
  keys->rank();
  if (keys->size() > 0) survey.keys = std::move(keys);
  const bool ends = settings.to > Duration{};
  survey.slice = ends ? settings.to - settings.from
                      : rounded_up(last + nanoseconds(1), whole_seconds(1));
  const Duration every = settings.repeat.every;
  survey.every = every > Duration{} ? every : rounded_up(survey.slice, hours(1));
  survey.length = survey.every * (settings.repeat.times - 1) + survey.slice;
  const std::int64_t copies =
      std::min(settings.repeat.times, 1 + survey.slice.ns / survey.every.ns);
  if (copies > TraceSettings::overlap_max) {
    complain(0, "`repeat` lets " + std::to_string(copies) + " copies overlap, more than 64");
    return std::nullopt;
  }
  return survey;
}

TraceReplay::TraceReplay(const TraceSettings& settings, const TraceSurvey& survey)
    : settings_(settings), survey_(survey) {}

bool TraceReplay::advance(Copy& copy) const {
  const auto step = copy.slice->next();
  WAVETANK_CHECK(step != TraceSlice::Step::bad,
                 settings_.file + ": the trace changed after it was surveyed");
  copy.at = survey_.every * static_cast<std::int64_t>(copy.number) + copy.slice->offset();
  return step == TraceSlice::Step::row;
}

/// Opens every copy that may hold the earliest row.
void TraceReplay::open_due() {
  const auto times = static_cast<std::uint64_t>(settings_.repeat.times);
  const auto earliest = [this] {
    Duration at = duration_max;
    for (const Copy& copy : open_) at = std::min(at, copy.at);
    return at;
  };
  while (opened_ < times && survey_.every * static_cast<std::int64_t>(opened_) <= earliest()) {
    Copy copy{opened_++, std::make_unique<TraceSlice>(settings_), {}};
    if (advance(copy)) open_.push_back(std::move(copy));
  }
}

bool TraceReplay::next() {
  open_due();
  if (open_.empty()) return false;
  const auto first = std::min_element(open_.begin(), open_.end(), [](const Copy& a, const Copy& b) {
    return a.at != b.at ? a.at < b.at : a.number < b.number;
  });
  offset_ = first->at;
  index_ = first->number * survey_.rows + first->slice->index();
  row_ = first->slice->row();
  if (!advance(*first)) open_.erase(first);
  return true;
}

}  // namespace wavetank::engine
