#include "scenarios/engine/text/document.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace wavetank::engine {
namespace {

constexpr std::size_t values_max = 500'000;  // a tree of about 100 MB

/// Feeds the lexer and counts what it took: SAX events carry no position of their own.
class Counted {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counted(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}
  reference operator*() const { return *at_; }
  Counted& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  Counted operator++(int) {
    Counted before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Counted& other) const { return at_ == other.at_; }
  bool operator!=(const Counted& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

/// Lines and columns of offsets that only grow.
class Cursor {
 public:
  Cursor(std::string_view text, std::shared_ptr<const Source> source)
      : text_(text), source_(std::move(source)) {}

  Place at(std::size_t offset) {
    for (; offset_ < offset && offset_ < text_.size(); ++offset_) {
      const auto byte = static_cast<unsigned char>(text_[offset_]);
      if (byte == '\n') {
        ++line_;
        column_ = 1;
      } else if ((byte & 0xC0) != 0x80) {  // bytes after the first of a character do not count
        ++column_;
      }
    }
    return {source_, line_, column_};
  }

 private:
  std::string_view text_;
  std::shared_ptr<const Source> source_;
  std::size_t offset_ = 0;
  int line_ = 1;
  int column_ = 1;
};

bool in_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/// The sentence of a message such as "[json.exception...] parse error at line 1, column 2: syntax
/// error while parsing value - unexpected ']'; expected ...", without what was read last: that may
/// be long and not UTF-8.
std::string clause_of(const std::string& message) {
  std::size_t from = message.find(": ", message.find("column "));
  if (from == std::string::npos) {
    from = message.find("] ");
  }
  std::string clause = from == std::string::npos ? message : message.substr(from + 2);
  const std::size_t last = clause.find("; last read: ");
  if (last != std::string::npos) {
    const std::size_t expected = clause.rfind("; expected ");
    const bool after = expected != std::string::npos && expected > last;
    clause = clause.substr(0, last) + (after ? clause.substr(expected) : "");
  }
  constexpr std::string_view prefix = "syntax error ";
  if (clause.starts_with(prefix)) clause.replace(0, prefix.size(), "not JSON: ");
  return printable(clause, 160);
}

std::string hint_of(const std::string& clause, std::string_view text, std::size_t offset) {
  std::size_t before = offset;
  while (before > 0 && static_cast<unsigned char>(text[before - 1]) <= ' ') --before;
  const char here = offset < text.size() ? text[offset] : '\0';
  if ((here == '}' || here == ']') && before > 0 && text[before - 1] == ',') {
    return "Remove the comma before it.";
  }
  if (here == '\'') return "JSON texts stand in double quotes.";
  if (clause.find("; expected end of input") != std::string::npos) {
    return "A file holds one JSON object; remove what follows it.";
  }
  if (clause.find("UTF-8") != std::string::npos) return "Save the file as UTF-8.";
  if (offset >= text.size()) return "The file ends too early; is a bracket or a quote not closed?";
  return "";
}

class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, std::shared_ptr<const Source> source, Problems& problems)
      : text_(text), cursor_(text, std::move(source)), problems_(problems) {}

  std::size_t* taken() { return &taken_; }
  std::optional<Node> take() {
    return done_ ? std::optional<Node>(std::move(root_)) : std::nullopt;
  }

  bool null() override { return value(Node{}, taken_ - 4); }
  bool boolean(bool flag) override { return value(flag_node(flag), taken_ - (flag ? 4 : 5)); }
  bool number_integer(number_integer_t number) override {
    return value(number_node(std::to_string(number)), number_start());
  }
  bool number_unsigned(number_unsigned_t number) override {
    return value(number_node(std::to_string(number)), number_start());
  }
  bool number_float(number_float_t, const string_t& raw) override {
    return value(number_node(raw), number_start());
  }
  bool string(string_t& text) override { return value(text_node(std::move(text)), quote_start()); }
  bool binary(binary_t&) override { return false; }  // JSON has none

  bool start_object(std::size_t) override { return open(object_node()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(array_node()); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    Open& object = stack_.back();
    const Place place = cursor_.at(quote_start());
    const auto [first, is_new] = object.keys.emplace(key, place);
    object.repeated = !is_new;
    object.key = std::move(key);
    object.key_place = place;
    if (!is_new) {
      problems_.add(problem_at(place, pointer(),
                               "the key " + in_quotes(object.key) + " is repeated; it first " +
                                   "stands at line " + std::to_string(first->second.line) +
                                   ", column " + std::to_string(first->second.column),
                               "Keep one of them."));
    }
    return true;
  }

  /// `read` counts up to and with the byte that no token may hold, or the token's last one.
  bool parse_error(std::size_t read, const std::string& token,
                   const nlohmann::json::exception& error) override {
    const std::string clause = clause_of(error.what());
    std::size_t offset = read == 0 ? 0 : read - 1;
    const bool whole_token = clause.find("unexpected string") != std::string::npos ||
                             clause.find("unexpected number") != std::string::npos;
    if (whole_token && token.size() <= read) offset = read - token.size();
    offset = std::min(offset, text_.size());
    problems_.add(
        problem_at(cursor_.at(offset), pointer(), clause, hint_of(clause, text_, offset)));
    return false;
  }

 private:
  struct Open {
    Node node;
    std::map<std::string, Place> keys;
    std::string key;
    Place key_place;
    bool repeated = false;
  };

  std::size_t number_start() const {
    std::size_t end = taken_;
    if (end > 0 && !in_number(text_[end - 1])) --end;  // the lexer looked one byte ahead
    while (end > 0 && in_number(text_[end - 1])) --end;
    return end;
  }

  /// Of the text that ends here: its first quote that no odd run of backslashes precedes.
  std::size_t quote_start() const {
    std::size_t at = taken_ - 1;
    while (at > 0) {
      --at;
      if (text_[at] != '"') continue;
      std::size_t slashes = 0;
      while (slashes < at && text_[at - 1 - slashes] == '\\') ++slashes;
      if (slashes % 2 == 0) break;
    }
    return at;
  }

  std::string pointer() const {
    std::string out;
    for (const Open& open : stack_) {
      if (open.node.kind == Node::Kind::array) {
        out = pointer_to(out, std::to_string(open.node.items.size()));
      } else if (!open.key.empty()) {
        out = pointer_to(out, open.key);
      }
    }
    return out;
  }

  bool open(Node node) {
    node.place = cursor_.at(taken_ - 1);
    if (stack_.size() >= static_cast<std::size_t>(document_depth_max)) {
      problems_.add(problem_at(node.place, "",
                               "objects and lists are nested more than " +
                                   std::to_string(document_depth_max) + " deep",
                               ""));
      return false;
    }
    stack_.push_back({std::move(node), {}, "", {}, false});
    return true;
  }

  bool close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    return attach(std::move(node));
  }

  bool value(Node node, std::size_t start) {
    node.place = cursor_.at(start);
    return attach(std::move(node));
  }

  bool attach(Node node) {
    if (++values_ > values_max) {
      problems_.add(problem_at(node.place, "",
                               "the file holds more than " + std::to_string(values_max) + " values",
                               "Large data belongs into a trace file."));
      return false;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      done_ = true;
      return true;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == Node::Kind::array) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.repeated) {
      parent.node.members.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    }
    parent.key.clear();
    return true;
  }

  std::string_view text_;
  Cursor cursor_;
  Problems& problems_;
  std::size_t taken_ = 0;
  std::vector<Open> stack_;
  std::size_t values_ = 0;
  Node root_;
  bool done_ = false;
};

nlohmann::ordered_json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return nullptr;
    case Node::Kind::boolean: return node.flag;
    case Node::Kind::text: return node.text;
    case Node::Kind::number: {
      auto number = nlohmann::ordered_json::parse(node.text, nullptr, false);
      return number.is_number() ? number : nlohmann::ordered_json(node.number);
    }
    case Node::Kind::array: {
      auto out = nlohmann::ordered_json::array();
      for (const Node& item : node.items) out.push_back(json_of(item));
      return out;
    }
    case Node::Kind::object: break;
  }
  auto out = nlohmann::ordered_json::object();
  for (const Member& member : node.members) out.emplace(member.key, json_of(member.value));
  return out;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, const std::string& shown,
                                     Problems& problems) {
  namespace fs = std::filesystem;
  const auto refuse = [&](std::string what, std::string hint) {
    problems.add({shown, 0, 0, "", std::move(what), std::move(hint)});
    return std::nullopt;
  };
  if (path.find('\0') != std::string::npos) return refuse("a file name holds a zero byte", "");
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return refuse("there is no such file", "");
  if (!fs::is_regular_file(status)) return refuse("this is not a regular file", "");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return refuse("cannot be read: " + error.message(), "");
  if (size > document_bytes_max) {
    return refuse("the file has " + std::to_string(size) + " bytes; a scenario may have at most " +
                      std::to_string(document_bytes_max),
                  "Large data belongs into a trace file, which is read as a stream.");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) return refuse("cannot be read", "");
  return text;
}

std::optional<Node> parse_document(std::string_view text, std::shared_ptr<const Source> source,
                                   Problems& problems) {
  const Place start{source, 0, 0};
  if (text.size() > document_bytes_max) {
    problems.add(problem_at(start, "", "the text is larger than 8 MiB", ""));
    return std::nullopt;
  }
  if (is_blank(text)) {
    problems.add(problem_at(start, "", "the file is empty", "A scenario is one JSON object."));
    return std::nullopt;
  }
  TreeBuilder builder(text, std::move(source), problems);
  const char* data = text.data();
  const bool read = nlohmann::json::sax_parse(
      Counted(data, builder.taken()), Counted(data + text.size(), builder.taken()), &builder,
      nlohmann::json::input_format_t::json, true, true);
  return read ? builder.take() : std::nullopt;
}

std::string write_json(const Node& node) {
  return json_of(node).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

std::string write_json_line(const Node& node) {
  return json_of(node).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace wavetank::engine
