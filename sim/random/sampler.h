#pragma once
// Draws from a Law. The value belongs to an entity (Entropy) or comes next in a source (Stream).
//
// All laws but erlang and hyperexponential use one word of entropy, through the inverse of their
// distribution function: so the value grows with the word, and a change of a law's parameters moves
// every entity's value smoothly. Equal bits on every platform, compiler and optimisation level.

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/random/fixed.h"
#include "system/base/law.h"
#include "system/base/random.h"
#include "system/base/time.h"
#include "system/base/units.h"

namespace wavetank::sim {

/// Names one draw: what draw() takes.
struct Entropy {
  std::uint64_t seed;
  Purpose purpose;
  std::uint64_t entity;
  std::uint64_t attempt = 0;
};

/// As many words as a law needs from one Entropy; the first is draw() itself.
class Words {
 public:
  explicit constexpr Words(const Entropy& e)
      : base_(draw(e.seed, e.purpose, e.entity, e.attempt)) {}
  constexpr std::uint64_t next() {
    const std::uint64_t k = taken_++;
    return k == 0 ? base_ : mix64(base_ + k * 0x9e3779b97f4a7c15u);
  }

 private:
  std::uint64_t base_;
  std::uint64_t taken_ = 0;
};

template <class T>
concept WordSource = requires(T& source) {
  { source.next() } -> std::same_as<std::uint64_t>;
};

/// What makes a law unusable, as a clause for an error message ("alpha must be above 0"); empty for
/// a sound one.
std::string law_problem(const Law& law);

/// Immutable once built; owns a copy of an empirical law's values. A law with a law_problem() is a
/// broken belief: readers of scenarios refuse it first.
class Sampler {
 public:
  explicit Sampler(const Law& law);
  explicit Sampler(const DurationLaw& law) : Sampler(law.law) {}
  explicit Sampler(const SizeLaw& law) : Sampler(law.law) {}

  /// In the law's own unit. `Source` is Words or Stream.
  template <WordSource Source>
  double value(Source& source) const {
    if (kind_ == Law::Kind::constant) return a_;
    if (kind_ == Law::Kind::exponential) return a_ * unit_exponential(source.next());
    return other(source);
  }
  double value(const Entropy& entropy) const {
    Words words(entropy);
    return value(words);
  }

  /// From an Entropy or a WordSource, for laws in seconds: to the nearest nanosecond, at most
  /// duration_max.
  template <class Source>
  Duration duration(Source&& source) const {
    return {rounded(value(source) * 1e9)};
  }

  /// From an Entropy or a WordSource, for laws in bytes: to the nearest byte, at most 2^63 - 1.
  template <class Source>
  Bytes bytes(Source&& source) const {
    return {rounded(value(source))};
  }

  /// The law's mean, exact to about 1e-13; infinity for a pareto with alpha <= 1.
  double mean() const;

 private:
  template <class Source>
  double other(Source& source) const;
  double inverse(std::uint64_t bits) const;
  static std::int64_t rounded(double x) {
    return x < 0x1p63 - 1024 ? static_cast<std::int64_t>(x + 0.5) : duration_max.ns;
  }

  Law::Kind kind_;
  double a_;
  double b_;
  double c_;
  std::vector<double> values_;
};

}  // namespace wavetank::sim
