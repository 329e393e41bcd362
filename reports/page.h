#pragma once
// Page: lines of at most 80 columns, with colours where the terminal has them.

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::reports {

enum class Ink { plain, good, bad, unsure, strong, faint };

class Page {
 public:
  static constexpr std::size_t width = 80;

  explicit Page(bool colors) : colors_(colors) {}

  /// `text` as it is, in this ink where the page has colours.
  std::string in(Ink ink, std::string_view text) const;

  /// A line. Its columns are the caller's affair.
  void line(std::string_view text = "");
  /// A text of any length; later lines are indented by `indent`.
  void paragraph(Ink ink, std::string_view text, std::size_t indent = 2);
  /// "  label     text": the text wraps behind its label.
  void labelled(std::string_view label, std::string_view text, std::size_t label_width = 12);
  /// An empty line, then "HEADING  answer".
  void heading(std::string_view heading, Ink ink, std::string_view answer);
  /// The parts with " | " between them, as many to a line as fit.
  void parts(const std::vector<std::string>& parts);

  const std::string& text() const { return text_; }

 private:
  bool colors_;
  std::string text_;
};

}  // namespace wavetank::reports
