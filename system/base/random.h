#pragma once
// Randomness that belongs to things, not to the order in which they happen.
//
// draw() is a counter-based hash of (seed, purpose, entity, attempt): job 57 has the same size
// whatever else the run does, and raising a ratio only adds to the set that a fault hits. A Stream
// is sequential and serves only sources, such as arrivals; it is named by (seed, component,
// purpose).

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "system/base/wide.h"

namespace wavetank {

/// Finaliser of MurmurHash3 / SplitMix64 (Steele et al., OOPSLA'14): a bijection that mixes well.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// FNV-1a, for names that become part of a draw at compile time.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h;
}

/// What a draw is for. Two purposes never share a value.
struct Purpose {
  std::uint64_t hash;
  explicit constexpr Purpose(std::string_view name) : hash(mix64(hash_name(name))) {}
};

/// 64 uniform bits for one entity, purpose and attempt.
constexpr std::uint64_t draw(std::uint64_t seed, Purpose purpose, std::uint64_t entity,
                             std::uint64_t attempt = 0) {
  std::uint64_t h = mix64(seed + 0x9e3779b97f4a7c15u);
  h = mix64(h ^ purpose.hash);
  h = mix64(h + entity * 0xd1342543de82ef95u + 1);
  return mix64(h ^ (attempt * 0x9e3779b97f4a7c15u));
}

/// Whether 64 uniform bits fall below `ratio`. Monotone: what 4 % hits, 5 % hits too.
constexpr bool hits(std::uint64_t bits, double ratio) {
  if (!(ratio > 0)) return false;
  if (ratio >= 1) return true;
  return (bits >> 11) < static_cast<std::uint64_t>(ratio * 9007199254740992.0);
}

/// Uniform in [0, n) by multiplication; its bias is below n / 2^64. `n` must not be zero.
constexpr std::uint64_t below(std::uint64_t bits, std::uint64_t n) {
  return static_cast<std::uint64_t>((static_cast<Uint128>(bits) * n) >> 64);
}

/// Uniform in [0, 1), a multiple of 2^-53, exact on every platform.
constexpr double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * (1.0 / 9007199254740992.0);
}

/// Told of each draw of the streams that follow it, and may put another in its place: one that
/// writes them down, or one that follows what was written.
class Draws {
 public:
  virtual ~Draws() = default;
  /// The k-th draw of a stream, from 0, which is `own` by its seed. Two streams of one name are one
  /// source: asked again for the same k, the answer is the same.
  virtual std::uint64_t drawn(const std::string& stream, std::uint64_t k, std::uint64_t own) = 0;
};

/// xoshiro256++ (Blackman and Vigna 2019), seeded by draw().
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view component, std::string_view purpose);
  std::uint64_t next();

  /// `draws` must outlive it.
  void follow(Draws& draws, std::string name) {
    draws_ = &draws;
    name_ = std::move(name);
  }

 private:
  std::uint64_t state_[4];
  Draws* draws_ = nullptr;
  std::string name_;
  std::uint64_t k_ = 0;
};

}  // namespace wavetank
