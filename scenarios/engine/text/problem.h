#pragma once
// What is wrong with a user's input, and where. Problems are collected, never thrown: a reader goes
// on after each, so that one run shows them all. Any problem means exit code 2.

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::engine {

struct Problem {
  std::string file;     ///< as the user gave it; for an override, "--set path=value"
  int line = 0;         ///< from 1; 0 where the place is the file as a whole or no file
  int column = 0;       ///< from 1, in characters; 0 where only the line is known
  std::string pointer;  ///< JSON pointer; empty is the document itself
  std::string what;     ///< a clause without a full stop
  std::string hint;     ///< a sentence of its own; may be empty
  bool operator==(const Problem&) const = default;
};

/// `file:line:col: /faults/0/ratio: what. hint`, leaving out what is not known.
std::string text_of(const Problem& problem);

class Problems {
 public:
  /// Beyond this many they are counted only, so that a hostile file cannot fill memory.
  static constexpr std::size_t kept_max = 200;

  void add(Problem problem);
  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  bool full() const { return kept_.size() == kept_max; }

  /// In the order found.
  const std::vector<Problem>& all() const { return kept_; }

  /// By place: files in the order in which they were first met, then line and column.
  std::vector<Problem> sorted() const;

  /// One line a problem, sorted; ends with "... and N more" where some were not kept.
  std::string text() const;

 private:
  std::vector<Problem> kept_;
  std::size_t count_ = 0;
};

/// Text for a message: in double quotes, clipped, with control and non-UTF-8 bytes escaped.
std::string in_quotes(std::string_view text);

/// The same without quotes.
std::string printable(std::string_view text, std::size_t length_max = 60);

/// Whether all of it is well-formed UTF-8.
bool is_utf8(std::string_view text);

/// One step further into a JSON pointer (RFC 6901).
std::string pointer_to(const std::string& parent, std::string_view key);

}  // namespace wavetank::engine
