#include "scenarios/engine/diverge/divergence.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "system/base/random.h"

namespace wavetank::engine {
namespace {

constexpr std::uint64_t small = 64;  // steps that may be kept in words

/// Steps by number, the end excluded.
struct Range {
  std::uint64_t from = 0;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
};

/// What a range hashes to after every `every` steps. Of too many marks every other one is dropped.
class Marks {
 public:
  explicit Marks(std::size_t most) : most_(most) {}

  void add(std::uint64_t hash) {
    hash_ = mix64(hash_ ^ mix64(hash + 1));
    if (++steps_ % every_ != 0) return;
    marks_.push_back(hash_);
    if (marks_.size() == most_) thin();
  }
  void thin() {
    for (std::size_t i = 1; i < marks_.size(); i += 2) marks_[i / 2] = marks_[i];
    marks_.resize(marks_.size() / 2);
    every_ *= 2;
  }
  std::uint64_t steps() const { return steps_; }

  /// The first stretch that differs, counted from the start of the range.
  static std::optional<Range> difference(Marks& a, Marks& b) {
    while (a.every_ < b.every_) a.thin();
    while (b.every_ < a.every_) b.thin();
    if (a.steps_ == b.steps_ && a.hash_ == b.hash_) return std::nullopt;
    const std::size_t both = std::min(a.marks_.size(), b.marks_.size());
    std::size_t i = 0;
    while (i < both && a.marks_[i] == b.marks_[i]) ++i;
    return Range{i * a.every_, (i + 1) * a.every_};
  }

 private:
  std::size_t most_;
  std::vector<std::uint64_t> marks_;
  std::uint64_t hash_ = 0, every_ = 1, steps_ = 0;
};

Marks hashed(Playable& side, Range range, std::size_t most) {
  Marks marks(most);
  std::uint64_t n = 0;
  side.play([&](std::uint64_t hash, const std::function<std::string()>&) {
    if (n >= range.from) marks.add(hash);
    return ++n < range.to;
  });
  return marks;
}

struct Kept {
  std::uint64_t hash;
  std::string words;
};

std::vector<Kept> kept(Playable& side, Range range) {
  std::vector<Kept> steps;
  std::uint64_t n = 0;
  side.play([&](std::uint64_t hash, const std::function<std::string()>& words) {
    if (n >= range.from) steps.push_back({hash, words()});
    return ++n < range.to;
  });
  return steps;
}

Divergence told(Playable& a, Playable& b, Range range, std::size_t context) {
  const Range wide{range.from - std::min<std::uint64_t>(range.from, context), range.to + context};
  const std::vector<Kept> of_a = kept(a, wide), of_b = kept(b, wide);
  const std::size_t both = std::min(of_a.size(), of_b.size());
  std::size_t at = 0;
  while (at < both && of_a[at].hash == of_b[at].hash) ++at;
  Divergence out;
  out.step = wide.from + at;
  for (std::size_t i = at - std::min(at, context); i < at; ++i) {
    out.before.push_back(of_a[i].words);
  }
  const auto tell = [&](const std::vector<Kept>& steps, std::optional<std::string>& differs,
                        std::vector<std::string>& after) {
    if (at < steps.size()) differs = steps[at].words;
    for (std::size_t i = at + 1; i < steps.size() && i <= at + context; ++i) {
      after.push_back(steps[i].words);
    }
  };
  tell(of_a, out.a, out.after_a);
  tell(of_b, out.b, out.after_b);
  return out;
}

}  // namespace

StepComparison compare_steps(Playable& a, Playable& b, std::size_t context, std::size_t marks_max) {
  Range range;
  for (;;) {
    Marks of_a = hashed(a, range, marks_max);
    Marks of_b = hashed(b, range, marks_max);
    const std::optional<Range> part = Marks::difference(of_a, of_b);
    if (!part) return {range.from + of_a.steps(), std::nullopt};
    range = {range.from + part->from, range.from + part->to};
    if (range.to - range.from <= small) break;
  }
  return {range.from, told(a, b, range, context)};
}

}  // namespace wavetank::engine
