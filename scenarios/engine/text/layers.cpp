#include "scenarios/engine/text/layers.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "scenarios/engine/text/document.h"

namespace wavetank::engine {
namespace {

constexpr std::size_t files_max = 64;

std::string beside(const std::string& including, const std::string& file) {
  return (std::filesystem::path(including).parent_path() / file).lexically_normal().string();
}

std::optional<Node> take_member(Node& object, std::string_view key) {
  const auto at = std::find_if(object.members.begin(), object.members.end(),
                               [&](const Member& member) { return member.key == key; });
  if (at == object.members.end()) return std::nullopt;
  Node value = std::move(at->value);
  object.members.erase(at);
  return value;
}

/// Reads a file and, below it, what it includes.
class Includer {
 public:
  Includer(Problems& problems, const ReadText& read) : problems_(problems), read_(read) {}

  std::optional<Node> tree(std::string_view text, const std::string& path, Source::Kind kind) {
    auto source = std::make_shared<Source>(Source{kind, path});
    std::optional<Node> top = parse_document(text, std::move(source), problems_);
    if (!top) return std::nullopt;
    if (top->kind != Node::Kind::object) {
      problems_.add(problem_at(top->place, "",
                               std::string("a scenario is an object, this is ") +
                                   name_of(top->kind),
                               ""));
      return std::nullopt;
    }
    take_member(*top, "$schema");
    std::optional<Node> include = take_member(*top, "include");
    if (!include) return top;
    chain_.push_back(std::filesystem::path(path).lexically_normal().string());
    Node below = object_node();
    for (Node& layer : included(*include, path)) below = merged(std::move(below), std::move(layer));
    chain_.pop_back();
    return merged(std::move(below), std::move(*top));
  }

 private:
  std::vector<Node> included(const Node& include, const std::string& path) {
    std::vector<Node> out;
    const std::string hint = "Write a list of files, such as [\"platform.json\"].";
    if (include.kind != Node::Kind::array) {
      problems_.add(problem_at(include.place, "/include",
                               std::string("a list of files belongs here, not ") +
                                   name_of(include.kind),
                               hint));
      return out;
    }
    for (std::size_t i = 0; i < include.items.size(); ++i) {
      const Node& item = include.items[i];
      const std::string pointer = pointer_to("/include", std::to_string(i));
      if (item.kind != Node::Kind::text || item.text.empty()) {
        problems_.add(problem_at(item.place, pointer,
                                 std::string("a file name belongs here, not ") +
                                     (item.text.empty() ? "an empty text" : name_of(item.kind)),
                                 hint));
      } else if (auto layer = file(item, pointer, beside(path, item.text))) {
        out.push_back(std::move(*layer));
      }
    }
    return out;
  }

  std::optional<Node> file(const Node& item, const std::string& pointer, const std::string& path) {
    const auto refuse = [&](std::string what, std::string hint) {
      problems_.add(problem_at(item.place, pointer, std::move(what), std::move(hint)));
      return std::nullopt;
    };
    if (std::find(chain_.begin(), chain_.end(), path) != chain_.end()) {
      std::string circle;
      for (const std::string& link : chain_) circle += link + " -> ";
      return refuse("a file includes itself: " + printable(circle + path, 300),
                    "Remove one of these includes.");
    }
    if (++files_ > files_max) {
      if (files_ > files_max + 1) return std::nullopt;  // said once
      return refuse("more than " + std::to_string(files_max) + " files are included", "");
    }
    Problems why;
    const std::optional<std::string> text = read_(path, why);
    if (!text) {
      const std::string what = why.empty() ? "cannot be read" : why.all().front().what;
      return refuse("cannot include " + in_quotes(path) + ": " + what,
                    "Paths are relative to the file that includes.");
    }
    return tree(*text, path, Source::Kind::include);
  }

  Problems& problems_;
  const ReadText& read_;
  std::vector<std::string> chain_;
  std::size_t files_ = 0;
};

/// One step of a path, taken from its front; an empty step is a mistake that the caller reports.
std::string_view take_step(std::string_view& path) {
  const std::string_view step = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(path.size(), step.size() + 1));
  return step;
}

std::optional<std::size_t> index_of(std::string_view step) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error != std::errc{} || end != step.data() + step.size()) return std::nullopt;
  return index;
}

/// The value of an override: JSON if it parses, else the text itself.
std::optional<Node> override_value(std::string_view text,
                                   const std::shared_ptr<const Source>& source,
                                   Problems& problems) {
  Problems why;
  std::optional<Node> value = parse_document(text, source, why);
  const bool meant_as_json = text.starts_with('{') || text.starts_with('[');
  if (meant_as_json && !why.empty()) {
    const Problem& first = why.all().front();
    problems.add(problem_at({source, 0, 0}, "", first.what, first.hint));
    return std::nullopt;
  }
  if (value && why.empty()) return value;
  return text_node(std::string(text));
}

void place_at(Node& node, const Place& place) {
  node.place = place;
  for (Node& item : node.items) place_at(item, place);
  for (Member& member : node.members) {
    member.key_place = place;
    place_at(member.value, place);
  }
}

/// Walks one override down the tree.
class Setter {
 public:
  Setter(Place place, Problems& problems) : place_(std::move(place)), problems_(problems) {}

  void set(Node& root, std::string_view path, Node value) {
    place_at(value, place_);
    Node* at = &root;
    std::string pointer;
    while (at != nullptr && !path.empty()) {
      const std::string_view step = take_step(path);
      const std::string here = pointer_to(pointer, step);
      at = at->kind == Node::Kind::array ? element(*at, step, pointer, here)
                                         : member(*at, step, pointer, here);
      pointer = here;
    }
    if (at != nullptr) *at = std::move(value);
  }

 private:
  Node* element(Node& list, std::string_view step, const std::string& pointer,
                const std::string& here) {
    const auto index = index_of(step);
    if (!index) {
      refuse(pointer, in_quotes(step) + " is no index, and this is a list",
             "Name an element by its index, from 0.");
      return nullptr;
    }
    if (*index >= list.items.size()) {
      const std::string size = std::to_string(list.items.size());
      refuse(here, "index " + std::to_string(*index) + " is beyond the end of a list of " + size,
             "To add to a list, set the whole list.");
      return nullptr;
    }
    return &list.items[*index];
  }

  Node* member(Node& object, std::string_view step, const std::string& pointer,
               const std::string& here) {
    if (object.kind != Node::Kind::object) {
      refuse(pointer, std::string("this is ") + name_of(object.kind) + ", not an object", "");
      return nullptr;
    }
    if (Node* found = object.find(step)) return found;
    if (index_of(step)) {
      refuse(here, "there is no list to index", "To make a list, set the whole list.");
      return nullptr;
    }
    Node made = object_node();
    made.place = place_;
    object.members.push_back({std::string(step), place_, std::move(made)});
    return &object.members.back().value;
  }

  void refuse(std::string pointer, std::string what, std::string hint) {
    problems_.add(problem_at(place_, std::move(pointer), std::move(what), std::move(hint)));
  }

  Place place_;
  Problems& problems_;
};

/// Why a path cannot be one; empty if it can.
std::string path_complaint(std::string_view path) {
  if (path.empty()) return "a path is missing before \"=\"";
  if (path.starts_with('.') || path.ends_with('.') || path.find("..") != std::string_view::npos) {
    return "the path " + in_quotes(path) + " has an empty step";
  }
  if (std::count(path.begin(), path.end(), '.') >= document_depth_max) {
    return "the path is too deep";
  }
  if (path == "include" || path.starts_with("include.")) return "include cannot be set";
  return "";
}

}  // namespace

ReadText read_from_disk() {
  return [](const std::string& path, Problems& problems) {
    return read_file(path, path, problems);
  };
}

Node merged(Node lower, Node upper) {
  if (lower.kind != Node::Kind::object || upper.kind != Node::Kind::object) return upper;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < lower.members.size(); ++i) places.emplace(lower.members[i].key, i);
  for (Member& member : upper.members) {
    const auto found = places.find(member.key);
    if (found == places.end()) {
      lower.members.push_back(std::move(member));
    } else {
      Member& below = lower.members[found->second];
      below.key_place = member.key_place;
      below.value = merged(std::move(below.value), std::move(member.value));
    }
  }
  lower.place = upper.place;
  return lower;
}

void set_path(Node& root, std::string_view assignment, Problems& problems,
              const OverrideOption& option) {
  const std::string name = option.name;
  auto source = std::make_shared<Source>(
      Source{Source::Kind::override_, name + ' ' + printable(assignment, 200)});
  const Place place{source, 0, 0};
  if (!is_utf8(assignment)) {
    problems.add(problem_at(place, "", "it is not UTF-8", ""));
    return;
  }
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    problems.add(problem_at(place, "", "there is no \"=\"",
                            "Write " + name + " path=value, such as " + name + ' ' +
                                option.example + '.'));
    return;
  }
  const std::string_view path = assignment.substr(0, equals);
  if (std::string complaint = path_complaint(path); !complaint.empty()) {
    problems.add(problem_at(place, "", std::move(complaint), ""));
    return;
  }
  std::optional<Node> value = override_value(assignment.substr(equals + 1), source, problems);
  if (value) Setter(place, problems).set(root, path, std::move(*value));
}

std::optional<Node> load_text(std::string_view text, const std::string& name,
                              const std::vector<std::string>& overrides, Problems& problems,
                              const ReadText& read, const OverrideOption& option) {
  std::optional<Node> root = Includer(problems, read).tree(text, name, Source::Kind::scenario);
  if (!root) return std::nullopt;
  for (const std::string& assignment : overrides) set_path(*root, assignment, problems, option);
  return root;
}

std::optional<Node> load(const std::string& path, const std::vector<std::string>& overrides,
                         Problems& problems, const ReadText& read, const OverrideOption& option) {
  const std::optional<std::string> text = read(path, problems);
  if (!text) return std::nullopt;
  return load_text(*text, path, overrides, problems, read, option);
}

}  // namespace wavetank::engine
