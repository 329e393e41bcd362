#include "sim/random/sampler.h"

#include <limits>

#include "sim/random/special.h"
#include "system/base/check.h"

namespace wavetank::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double phases_max = 1000;

bool sound(double x) { return x >= 0 && x < infinity; }

bool whole(double x) { return static_cast<double>(static_cast<std::int64_t>(x)) == x; }

std::string empirical_problem(const std::vector<double>& values) {
  if (values.empty()) return "needs at least one value";
  for (const double value : values) {
    if (!sound(value)) return "every value must be finite and not negative";
  }
  return {};
}

}  // namespace

std::string law_problem(const Law& law) {
  using Kind = Law::Kind;
  if (law.kind == Kind::empirical) return empirical_problem(law.values);
  if (!sound(law.a)) return "the first parameter must be finite and not negative";
  switch (law.kind) {
    case Kind::constant:
    case Kind::exponential:
    case Kind::empirical:
      break;
    case Kind::uniform:
      if (!sound(law.b) || law.b < law.a) return "the high end must not be below the low end";
      break;
    case Kind::erlang:
      if (!(law.b >= 1 && law.b <= phases_max && whole(law.b)))
        return "the phases must be a whole number from 1 to 1000";
      break;
    case Kind::hyperexponential:
      if (law.a > 1) return "the share of the first branch must be at most 100%";
      if (!sound(law.b) || !sound(law.c)) return "both means must be finite and not negative";
      break;
    case Kind::lognormal:
      if (!sound(law.b)) return "sigma must be finite and not negative";
      break;
    case Kind::pareto:
      if (!(law.b > 0 && law.b < infinity)) return "alpha must be above 0";
      break;
    case Kind::weibull:
      if (!(law.b > 0 && law.b < infinity)) return "the shape must be above 0";
      break;
  }
  return {};
}

Sampler::Sampler(const Law& law)
    : kind_(law.kind), a_(law.a), b_(law.b), c_(law.c), values_(law.values) {
  const std::string problem = law_problem(law);
  WAVETANK_CHECK(problem.empty(), problem);
  const bool product =
      kind_ == Law::Kind::lognormal || kind_ == Law::Kind::pareto || kind_ == Law::Kind::weibull;
  if (product && a_ == 0) kind_ = Law::Kind::constant;  // 0 times infinity is no number
}

// The laws that one word decides, by the inverse of their distribution function.
double Sampler::inverse(std::uint64_t bits) const {
  switch (kind_) {
    case Law::Kind::uniform:
      return a_ + (b_ - a_) * unit_interval(bits);
    case Law::Kind::lognormal:
      return a_ * exp(b_ * normal_quantile(bits));
    case Law::Kind::pareto:
      return a_ * exp(unit_exponential(bits) / b_);
    case Law::Kind::weibull:
      return a_ * pow(unit_exponential(bits), 1 / b_);
    case Law::Kind::empirical:
      return values_[below(bits, values_.size())];
    default:
      return a_;
  }
}

template <class Source>
double Sampler::other(Source& source) const {
  if (kind_ == Law::Kind::erlang) {
    const int phases = static_cast<int>(b_);
    double sum = 0;
    for (int i = 0; i < phases; ++i) sum += unit_exponential(source.next());
    return a_ * sum / b_;
  }
  const std::uint64_t first = source.next();
  if (kind_ != Law::Kind::hyperexponential) return inverse(first);
  const std::uint64_t second = source.next();
  return (hits(first, a_) ? b_ : c_) * unit_exponential(second);
}

template double Sampler::other(Words&) const;
template double Sampler::other(Stream&) const;

double Sampler::mean() const {
  switch (kind_) {
    case Law::Kind::constant:
    case Law::Kind::exponential:
    case Law::Kind::erlang:
      return a_;
    case Law::Kind::uniform:
      return a_ + (b_ - a_) / 2;
    case Law::Kind::hyperexponential:
      return a_ * b_ + (1 - a_) * c_;
    case Law::Kind::lognormal:
      return a_ * exp(b_ * b_ / 2);
    case Law::Kind::pareto:
      return b_ > 1 ? a_ * b_ / (b_ - 1) : infinity;
    case Law::Kind::weibull:
      return a_ * gamma(1 + 1 / b_);
    case Law::Kind::empirical:
      break;
  }
  double sum = 0;
  for (const double value : values_) sum += value;
  return sum / static_cast<double>(values_.size());
}

}  // namespace wavetank::sim
