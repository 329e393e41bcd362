#pragma once
// One entry of a scenario's `load`: who asks for what, how often, and how patiently.
//
// An entry either submits work or reads about it: its status, or whether its output can be trusted.
// `classes` mix several kinds of requests by weight; each class starts from the entry's own fields.

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/load/shape.h"
#include "system/base/fields.h"
#include "system/base/ids.h"
#include "system/retry.h"

namespace wavetank::engine {

enum class RequestKind : std::uint8_t { submit, status, output };

/// What one submit asks for. Drawn once a request; a trace's columns come before it.
struct WorkSettings {
  SizeLaw input{{.a = 64 << 20, .values = {}}};
  SizeLaw shuffle{};
  SizeLaw output{{.a = 1 << 20, .values = {}}};
  DurationLaw compute{};
  std::int64_t executors = 0;

  void describe(Fields& f);
};

struct RequestClass {
  double weight = 1;
  RequestKind kind = RequestKind::submit;
  Priority priority = Priority::p1;
  std::int64_t action = 0;
  bool critical = false;
  Duration fresh_within{};  ///< 0: no window
  Duration fresh_for{};     ///< 0: for ever
  WorkSettings work;

  /// All but the weight: the entry's own.
  void describe_own(Fields& f);
  void describe(Fields& f);
};

/// Which entity a submit is about. Entities are numbered by rank, the most popular first.
struct KeyChoice {
  std::int64_t count = 0;  ///< 0: each request has a key of its own
  double zipf = 0;         ///< 0: all alike
  std::int64_t hot = 0;
  Ratio hot_ratio{0};

  void describe(Fields& f);
};

/// Which output a read is about: one that was offered at least `after` ago.
struct ReadChoice {
  enum class By : std::uint8_t { recency, key };
  By by = By::recency;
  std::int64_t recent = 1'000;
  double zipf = 1;
  Duration after = whole_seconds(1);

  void describe(Fields& f);
};

struct PollSettings {
  Duration interval{};  ///< 0: it does not poll
  Duration lasts = hours(1);

  void describe(Fields& f);
};

struct LoadEntry {
  std::string name;
  Duration at{};
  std::string shape_name;
  std::unique_ptr<Shape> shape;  ///< null until a known word was read
  double scale = 1;
  double bytes_scale = 1;  ///< of what each submit moves: a target may shrink it
  RequestClass own;
  std::vector<RequestClass> classes;
  KeyChoice keys;
  std::string client;               ///< of a queueing network: whose requests these are
  std::uint32_t client_number = 0;  ///< the same, once it was found
  std::string of;
  ReadChoice read;
  PollSettings poll;
  Duration timeout = whole_seconds(5);
  service::RetrySettings retry;

  LoadEntry() = default;
  LoadEntry(const LoadEntry& other);
  LoadEntry& operator=(const LoadEntry& other);
  LoadEntry(LoadEntry&&) = default;
  LoadEntry& operator=(LoadEntry&&) = default;

  void describe(Fields& f);

  /// The classes, or the entry itself as the only one. Never empty.
  std::vector<RequestClass> mix() const;
  bool submits() const;
  const TraceSettings* trace() const { return shape ? shape->trace() : nullptr; }
  TraceSettings* trace() { return shape ? shape->trace() : nullptr; }
};

}  // namespace wavetank::engine
