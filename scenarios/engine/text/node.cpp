#include "scenarios/engine/text/node.h"

#include <charconv>
#include <utility>

namespace wavetank::engine {

std::string origin_of(const Place& place) {
  if (place.source == nullptr) return "default";
  if (place.source->kind == Source::Kind::override_) return "--set";
  std::string_view name = place.source->file;
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  const bool include = place.source->kind == Source::Kind::include;
  return (include ? "include " : "") + std::string(name) + ':' + std::to_string(place.line);
}

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

const char* name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::number: return "a number";
    case Node::Kind::text: return "a text";
    case Node::Kind::array: return "a list";
    case Node::Kind::object: return "an object";
  }
  return "";
}

const Node* find_path(const Node& root, std::string_view path) {
  const Node* at = &root;
  while (at != nullptr && !path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(step.size() == path.size() ? step.size() : step.size() + 1);
    if (at->kind == Node::Kind::array) {
      std::size_t index = at->items.size();
      const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      const bool whole = error == std::errc{} && end == step.data() + step.size();
      at = whole && index < at->items.size() ? &at->items[index] : nullptr;
    } else {
      at = at->find(step);
    }
  }
  return at;
}

Node text_node(std::string text) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = std::move(text);
  return node;
}

Node number_node(std::string text) {
  Node node;
  node.kind = Node::Kind::number;
  std::from_chars(text.data(), text.data() + text.size(), node.number);
  node.text = std::move(text);
  return node;
}

Node flag_node(bool flag) {
  Node node;
  node.kind = Node::Kind::boolean;
  node.flag = flag;
  return node;
}

Node array_node() {
  Node node;
  node.kind = Node::Kind::array;
  return node;
}

Node object_node() {
  Node node;
  node.kind = Node::Kind::object;
  return node;
}

Node& add_member(Node& object, std::string key, Node value) {
  object.members.push_back({std::move(key), {}, std::move(value)});
  return object.members.back().value;
}

Problem problem_at(const Place& place, std::string pointer, std::string what, std::string hint) {
  return {place.source ? place.source->file : "", place.line, place.column, std::move(pointer),
          std::move(what), std::move(hint)};
}

}  // namespace wavetank::engine
