#include "scenarios/engine/text/read_fields.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/scalar.h"

namespace wavetank::engine {
namespace {

constexpr std::size_t list_length_max = 10'000;

}  // namespace

/// What is known of one object of the tree, over all descriptions that read it.
struct ReadFields::Scope {
  const Node* node = nullptr;  ///< null where the file has no such object
  Place place;                 ///< of the object, or of the nearest one around it
  std::string pointer;
  std::string path;
  std::vector<std::string> known;  ///< keys asked for, in the order asked
  std::set<std::string, std::less<>> asked;
  std::set<std::string, std::less<>> broken;  ///< keys whose value is wrong or missing
  std::map<std::string, std::unique_ptr<Scope>, std::less<>> children;
  bool silent = false;  ///< unknown keys mean nothing here

  void report_unknown(Problems& problems) const;
};

struct ReadFields::Reading {
  Problems& problems;
  Provenance& provenance;
  std::string preset_label;
  std::map<std::string, std::string> pristine;
};

void ReadFields::Scope::report_unknown(Problems& problems) const {
  const std::vector<Member> none;
  for (const Member& member : node != nullptr ? node->members : none) {
    if (silent || asked.contains(member.key)) continue;
    const std::string hint =
        problems.full() ? std::string() : nearest_hint(member.key, known, "keys here");
    problems.add(problem_at(member.key_place, pointer_to(pointer, member.key),
                            in_quotes(member.key) + " is not a known key", hint));
  }
  for (const auto& [name, scope] : children) scope->report_unknown(problems);
}

ReadFields::ReadFields(const Node& root, Problems& problems, Provenance& provenance)
    : owned_reading_(new Reading{problems, provenance, "", {}}),
      owned_scope_(std::make_unique<Scope>()),
      reading_(*owned_reading_),
      scope_(*owned_scope_) {
  scope_.place = root.place;
  if (root.kind == Node::Kind::object) {
    scope_.node = &root;
  } else {
    problems.add(problem_at(root.place, "", wrong_type("scenario object", root), ""));
  }
}

ReadFields::ReadFields(Reading& reading, Scope& scope) : reading_(reading), scope_(scope) {}

ReadFields::~ReadFields() = default;

void ReadFields::preset(std::string label, const Provenance& pristine) {
  reading_.preset_label = std::move(label);
  reading_.pristine.clear();
  for (const Setting& setting : pristine) reading_.pristine.emplace(setting.path, setting.value);
}

void ReadFields::finish() { scope_.report_unknown(reading_.problems); }

void ReadFields::wrong(const char* name, const Node& node, std::string what, std::string hint) {
  scope_.broken.emplace(name);
  reading_.problems.add(problem_at(node.place, pointer_to(scope_.pointer, name), std::move(what),
                                   std::move(hint)));
}

void ReadFields::missing(const char* name, const FieldDoc& doc) {
  if (!scope_.broken.emplace(name).second) return;
  reading_.problems.add(problem_at(scope_.place, pointer_to(scope_.pointer, name),
                                   in_quotes(name) + " is missing", doc.help));
}

/// The member of that name, or null; notes that the key is known and misses what is required.
const Node* ReadFields::ask(const char* name, const FieldDoc& doc) {
  if (scope_.asked.emplace(name).second) scope_.known.emplace_back(name);
  if (scope_.node == nullptr) return nullptr;
  const Node* node = scope_.node->find(name);
  if (node == nullptr && doc.required) missing(name, doc);
  return node;
}

ReadFields::Scope& ReadFields::child(const std::string& name, const Node* node) {
  std::unique_ptr<Scope>& slot = scope_.children[name];
  if (slot == nullptr) {
    slot = std::make_unique<Scope>();
    slot->pointer = pointer_to(scope_.pointer, name);
    slot->path = scope_.path.empty() ? name : scope_.path + '.' + name;
    slot->place = node != nullptr ? node->place : scope_.place;
    slot->node = node != nullptr && node->kind == Node::Kind::object ? node : nullptr;
  }
  return *slot;
}

void ReadFields::record(const char* name, std::string value, const char* unit, const Node* node) {
  std::string path = scope_.path.empty() ? name : scope_.path + '.' + name;
  std::string origin = "default";
  if (node != nullptr) {
    origin = origin_of(node->place);
  } else if (!reading_.preset_label.empty()) {
    const auto pristine = reading_.pristine.find(path);
    const bool known = pristine != reading_.pristine.end();
    if (known && pristine->second != value) origin = reading_.preset_label;
  }
  reading_.provenance.push_back({std::move(path), std::move(value), unit, std::move(origin)});
}

template <class T>
void ReadFields::leaf(const char* name, T& value, const FieldDoc& doc) {
  const bool first = !scope_.asked.contains(name);
  const Node* node = ask(name, doc);
  if (node != nullptr) {
    Parsed<T> parsed = from_node(*node, value);
    if (!parsed.value) {
      if (first) wrong(name, *node, std::move(parsed.what), std::move(parsed.hint));
      return;
    }
    if constexpr (is_bounded<T>) {
      const Extent extent = extent_of(*parsed.value);
      const double max = max_of(value, doc);
      if (extent.low < doc.min || extent.high > max) {
        const std::string bound = extent.low < doc.min ? "at least " + bound_text(value, doc.min)
                                                       : "at most " + bound_text(value, max);
        if (first) wrong(name, *node, text_of(*parsed.value) + " is out of range",
                         "It must be " + bound + '.');
        return;
      }
    }
    value = std::move(*parsed.value);
  }
  if (first) record(name, text_of(value), kind_of(value).unit, node);
}

void ReadFields::field(const char* name, bool& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, std::int64_t& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void ReadFields::field(const char* name, double& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, Ratio& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, Duration& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, Bytes& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, Bandwidth& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, Rate& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, DurationLaw& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void ReadFields::field(const char* name, SizeLaw& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ReadFields::field(const char* name, std::string& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}

void ReadFields::field(const char* name, std::vector<std::string>& v, const FieldDoc& doc) {
  const Node* node = scope_.node != nullptr ? scope_.node->find(name) : nullptr;
  if (node != nullptr && node->kind == Node::Kind::array && !check_length(name, *node, doc)) {
    ask(name, doc);
    return;
  }
  leaf(name, v, doc);
}

void ReadFields::not_among(const char* name, const Node& node,
                           std::span<const char* const> names) {
  const bool text = node.kind == Node::Kind::text;
  wrong(name, node,
        text ? in_quotes(node.text) + " is not a known " + name : wrong_type("text", node),
        nearest_hint(node.text, {names.begin(), names.end()}, "values"));
}

void ReadFields::choice(const char* name, int& value, std::span<const char* const> names,
                        const FieldDoc& doc) {
  const bool first = !scope_.asked.contains(name);
  const Node* node = ask(name, doc);
  if (node != nullptr) {
    const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view known) {
      return node->kind == Node::Kind::text && node->text == known;
    });
    if (found == names.end()) {
      if (first) not_among(name, *node, names);
      return;
    }
    value = static_cast<int>(found - names.begin());
  }
  const auto index = static_cast<std::size_t>(value);
  if (first) record(name, index < names.size() ? names[index] : "", "choice", node);
}

void ReadFields::group(const char* name, const FieldDoc& doc,
                       const std::function<void(Fields&)>& describe) {
  const bool first = !scope_.asked.contains(name);
  const Node* node = ask(name, doc);
  if (first && node != nullptr && node->kind != Node::Kind::object) {
    wrong(name, *node, wrong_type("object", *node), doc.help);
  }
  ReadFields inner(reading_, child(name, node));
  describe(inner);
}

bool ReadFields::check_length(const char* name, const Node& list, const FieldDoc& doc) {
  const auto length = static_cast<double>(list.items.size());
  if (list.items.size() > list_length_max) {
    wrong(name, list, "the list has " + std::to_string(list.items.size()) + " entries",
          "It may have at most " + std::to_string(list_length_max) + '.');
    return false;
  }
  if (length >= doc.min && length <= doc.max) return true;
  const bool few = length < doc.min;
  wrong(name, list,
        list.items.empty() ? "the list is empty"
                           : "the list has " + std::to_string(list.items.size()) + " entries",
        "It must have " + (few ? "at least " + text_of(doc.min) : "at most " + text_of(doc.max)) +
            '.');
  return false;
}

void ReadFields::list(const char* name, const FieldDoc& doc, std::size_t size,
                      const std::function<void(std::size_t)>& resize,
                      const std::function<void(std::size_t, Fields&)>& describe) {
  const Node* node = ask(name, doc);
  if (node != nullptr && node->kind != Node::Kind::array) {
    wrong(name, *node, wrong_type("list of objects", *node), "Write [{ ... }].");
    node = nullptr;
  }
  Scope& all = child(name, node);
  ReadFields entries(reading_, all);
  if (node == nullptr) {
    for (std::size_t i = 0; i < size; ++i) {
      ReadFields inner(reading_, entries.child(std::to_string(i), nullptr));
      describe(i, inner);
    }
    return;
  }
  if (!check_length(name, *node, doc)) return;
  if (size > 0) resize(0);  // a list replaces: no entry starts from one of the defaults
  resize(node->items.size());
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const std::string index = std::to_string(i);
    const Node& item = node->items[i];
    if (item.kind != Node::Kind::object) {
      entries.wrong(index.c_str(), item, wrong_type("object", item), doc.help);
      continue;
    }
    ReadFields inner(reading_, entries.child(index, &item));
    describe(i, inner);
  }
}

void ReadFields::variant(const char* tag, std::string& chosen, std::span<const char* const> names,
                         const FieldDoc& doc,
                         const std::function<void(const std::string&, Fields&)>& describe) {
  FieldDoc tag_doc = doc;
  const bool has_default = std::find(names.begin(), names.end(), chosen) != names.end();
  tag_doc.required = doc.required || !has_default;
  const Node* node = ask(tag, tag_doc);
  if (node == nullptr && (!has_default || (doc.required && scope_.node != nullptr))) {
    scope_.silent = true;
    return;
  }
  if (node != nullptr) {
    const bool text = node->kind == Node::Kind::text;
    const bool known = text && std::find(names.begin(), names.end(), node->text) != names.end();
    if (!known) {
      scope_.silent = true;
      not_among(tag, *node, names);
      return;
    }
    chosen = node->text;
  }
  record(tag, chosen, "choice", node);
  describe(chosen, *this);
}

void ReadFields::require(bool holds, const char* name, const char* why) {
  if (holds || scope_.broken.contains(name)) return;
  const Node* node = scope_.node != nullptr ? scope_.node->find(name) : nullptr;
  reading_.problems.add(problem_at(node != nullptr ? node->place : scope_.place,
                                   pointer_to(scope_.pointer, name), why, ""));
}

Provenance defaults_of(const std::function<void(Fields&)>& describe) {
  const Node nothing = object_node();
  Problems ignored;
  Provenance out;
  ReadFields reader(nothing, ignored, out);
  describe(reader);
  return out;
}

}  // namespace wavetank::engine
