#pragma once
// JsonReading: takes what it knows out of a JSON object that somebody else wrote. A field that is
// missing (or null) keeps its default, an unknown one is passed over; a wrong type or a value out
// of range is a problem, named with its place. Only the first problem is kept.

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "system/live/live_clock.h"
#include "system/live/wire_ids.h"

namespace wavetank::live {

class JsonReading {
 public:
  /// `at` and `problem` outlive it. `place` is the JSON pointer of `at`.
  JsonReading(const nlohmann::json& at, std::string place, std::string& problem)
      : at_(&at), place_(std::move(place)), problem_(problem) {
    if (!at.is_object()) say("", "must be an object");
  }

  bool ok() const { return problem_.empty(); }
  bool has(const char* name) const { return find(name) != nullptr; }
  /// Without it nothing can be done.
  void need(const char* name) {
    if (!has(name)) say(name, "is missing");
  }

  template <class T>
  void number(const char* name, T& value, T least = std::numeric_limits<T>::min(),
              T most = std::numeric_limits<T>::max()) {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return;
    if (!found->is_number_integer()) return say(name, "must be a whole number");
    const bool in_range = found->is_number_unsigned()
                              ? between(found->get<std::uint64_t>(), least, most)
                              : between(found->get<std::int64_t>(), least, most);
    if (!in_range) {
      return say(name, "must be from " + std::to_string(least) + " to " + std::to_string(most));
    }
    value = found->get<T>();
  }
  void flag(const char* name, bool& value) {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return;
    if (!found->is_boolean()) return say(name, "must be true or false");
    value = found->get<bool>();
  }
  void text(const char* name, std::string& value, std::size_t longest = 4'096);
  /// An enum by its name: `names(i)` for i below `count`.
  template <class E, class Names>
  void word(const char* name, E& value, int count, Names names) {
    std::string given;
    text(name, given);
    if (has(name)) match(name, given, value, count, names);
  }
  /// The same of the first text in a list, if there is one.
  template <class E, class Names>
  void first_word(const char* name, E& value, int count, Names names) {
    std::string given;
    first_text(name, given);
    if (!given.empty()) match(name, given, value, count, names);
  }
  template <class Tag>
  void id(const char* name, Id<Tag>& value) {
    if (!has(name)) return;
    std::string given;
    text(name, given);
    if (ok() && !read_id(given, value)) say(name, "is no such id");
  }
  /// 64 bits as hex digits, as hex_of() writes them.
  void hex(const char* name, std::uint64_t& value);
  /// ns since 1970; never negative.
  void time(const char* name, Time& value, const LiveClock& clock) {
    if (!has(name)) return;
    std::int64_t ns = 0;
    number<std::int64_t>(name, ns, 0);
    value = clock.from_unix(ns);
  }
  void duration(const char* name, Duration& value) { number<std::int64_t>(name, value.ns, 0); }
  template <class Counted>
  void count(const char* name, Counted& value) {
    number<std::int64_t>(name, value.count, 0);
  }
  /// A list of whole numbers, none of them negative.
  void numbers(const char* name, std::vector<std::int64_t>& values);
  /// `read` gets a reading of the object `name`, if there is one.
  template <class Read>
  void inside(const char* name, Read read) {
    const nlohmann::json* found = find(name);
    if (found == nullptr || !ok()) return;
    JsonReading inner(*found, place_ + "/" + name, problem_);
    if (ok()) read(inner);
  }
  void say(std::string_view name, const std::string& what);

 private:
  template <class E, class Names>
  void match(const char* name, const std::string& given, E& value, int count, Names names) {
    for (int i = 0; i < count; ++i) {
      if (given == names(static_cast<E>(i))) {
        value = static_cast<E>(i);
        return;
      }
    }
    say(name, "is no word that is known here");
  }
  void first_text(const char* name, std::string& value);
  template <class N, class T>
  static bool between(N n, T least, T most) {
    return !std::cmp_less(n, least) && !std::cmp_greater(n, most);
  }
  /// Null counts as missing.
  const nlohmann::json* find(const char* name) const;

  const nlohmann::json* at_;
  std::string place_;
  std::string& problem_;
};

/// 16 hex digits.
std::string hex_of(std::uint64_t value);
/// 1 to 16 hex digits and nothing else.
bool from_hex(std::string_view text, std::uint64_t& value);
/// Nothing but decimal digits, in range.
bool from_decimal(std::string_view text, std::uint64_t& value);
/// What stands in `text`; discarded, with the place in `problem`, where that is not JSON.
nlohmann::json parse_json(std::string_view text, std::string& problem);
/// On one line; what is no UTF-8 is replaced.
std::string text_of(const nlohmann::json& value);

}  // namespace wavetank::live
