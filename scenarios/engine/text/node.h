#pragma once
// A JSON document as read: a small tree of values, each of which knows where it was written.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/text/problem.h"

namespace wavetank::engine {

/// What a value was written in. Shared by every place of one document.
struct Source {
  enum class Kind : std::uint8_t { scenario, include, override_ };
  Kind kind = Kind::scenario;
  std::string file;  ///< as the user gave it; of an override, "--set path=value"
};

struct Place {
  std::shared_ptr<const Source> source;  ///< null for a value that no document holds
  int line = 0;                          ///< from 1
  int column = 0;                        ///< from 1, in characters
};

/// For provenance: "scenario.json:12", "include x.json:3", "--set"; the file without its folder.
std::string origin_of(const Place& place);

struct Member;

struct Node {
  enum class Kind : std::uint8_t { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  bool flag = false;     ///< of a boolean
  double number = 0;     ///< of a number; `text` says it exactly
  std::string text;      ///< of a text, or a number as written
  std::vector<Node> items;
  std::vector<Member> members;  ///< in the order written, keys unique
  Place place;

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Member {
  std::string key;
  Place key_place;
  Node value;
};

/// "an object", "a list", "a text", "a number", "true or false", "null".
const char* name_of(Node::Kind kind);

/// The node at a dotted path, list elements by index ("load.0.rate"); null if there is none.
const Node* find_path(const Node& root, std::string_view path);

Node text_node(std::string text);
Node number_node(std::string text);  ///< `text` must be a JSON number
Node flag_node(bool flag);
Node array_node();
Node object_node();

/// Adds a member whose key the object does not have yet.
Node& add_member(Node& object, std::string key, Node value);

Problem problem_at(const Place& place, std::string pointer, std::string what, std::string hint);

}  // namespace wavetank::engine
