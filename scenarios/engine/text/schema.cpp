#include "scenarios/engine/text/schema.h"

#include <algorithm>
#include <utility>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/scalar.h"

namespace wavetank::engine {

/// One object under description.
struct SchemaFields::Shape {
  struct Property {
    std::string name;
    Node schema;
    std::unique_ptr<Shape> object;  ///< of a group, or of a list's entries
    bool is_list = false;
  };
  struct Case {
    std::string tag;
    std::string kind;
    bool is_default = false;
    std::unique_ptr<Shape> shape;
  };
  std::vector<Property> properties;
  std::vector<std::string> required;
  std::vector<Case> cases;

  Property& property(const std::string& name);
  void render(Node& out) const;
  Node closed() const;
};

namespace {

/// Sets a member, in place of one that may be there.
void put(Node& object, const std::string& key, Node value) {
  if (Node* found = object.find(key)) {
    *found = std::move(value);
  } else {
    add_member(object, key, std::move(value));
  }
}

std::string description_of(const FieldDoc& doc, const std::string& unit,
                           const std::string& range) {
  std::string out = doc.help;
  const auto sentence = [&](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  if (!unit.empty()) sentence("Unit: " + unit + (range.empty() ? "." : ", " + range + '.'));
  if (doc.vendor[0] != '\0') sentence(std::string("Vendor's name: ") + doc.vendor + '.');
  if (doc.source[0] != '\0') sentence(std::string("Source of the default: ") + doc.source + '.');
  return out;
}

Node texts(std::span<const char* const> names) {
  Node out = array_node();
  for (const char* name : names) out.items.push_back(text_node(name));
  return out;
}

/// The bounds of a number; of anything else they are prose.
void put_bounds(Node& schema, const FieldDoc& doc, const char* low, const char* high) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (doc.min != -infinite) add_member(schema, low, number_node(text_of(doc.min)));
  if (doc.max != infinite) add_member(schema, high, number_node(text_of(doc.max)));
}

void put_type(Node& schema, const FieldDoc&, bool) {
  add_member(schema, "type", text_node("boolean"));
}
void put_type(Node& schema, const FieldDoc& doc, std::int64_t value) {
  Node types = array_node();
  types.items = {text_node("integer"), text_node("string")};
  add_member(schema, "type", std::move(types));
  add_member(schema, "pattern", text_node(kind_of(value).pattern));
  put_bounds(schema, doc, "minimum", "maximum");
}
void put_type(Node& schema, const FieldDoc& doc, double) {
  add_member(schema, "type", text_node("number"));
  put_bounds(schema, doc, "minimum", "maximum");
}
void put_type(Node& schema, const FieldDoc&, const std::string&) {
  add_member(schema, "type", text_node("string"));
}
void put_type(Node& schema, const FieldDoc& doc, const std::vector<std::string>&) {
  add_member(schema, "type", text_node("array"));
  Node items = object_node();
  add_member(items, "type", text_node("string"));
  add_member(schema, "items", std::move(items));
  put_bounds(schema, doc, "minItems", "maxItems");
}
template <class T>
void put_type(Node& schema, const FieldDoc&, const T& value) {
  add_member(schema, "type", text_node("string"));
  add_member(schema, "pattern", text_node(kind_of(value).pattern));
}

/// {"properties": {tag: {"const": kind}}}, which a missing tag meets, too, unless it is required.
Node condition(const std::string& tag, const std::string& kind, bool is_default) {
  Node constant = object_node();
  add_member(constant, "const", text_node(kind));
  Node properties = object_node();
  add_member(properties, tag, std::move(constant));
  Node out = object_node();
  add_member(out, "properties", std::move(properties));
  if (!is_default) add_member(out, "required", to_node(std::vector<std::string>{tag}));
  return out;
}

}  // namespace

SchemaFields::Shape::Property& SchemaFields::Shape::property(const std::string& name) {
  for (Property& known : properties) {
    if (known.name == name) return known;
  }
  properties.push_back({name, object_node(), nullptr, false});
  return properties.back();
}

/// Adds properties, required and the cases to `out`.
void SchemaFields::Shape::render(Node& out) const {
  Node all = object_node();
  for (const Property& property : properties) {
    Node schema = property.schema;
    if (property.object != nullptr && property.is_list) {
      add_member(schema, "items", property.object->closed());
    } else if (property.object != nullptr) {
      for (Member& member : property.object->closed().members) {
        put(schema, member.key, std::move(member.value));
      }
    }
    add_member(all, property.name, std::move(schema));
  }
  put(out, "properties", std::move(all));
  if (!required.empty()) put(out, "required", to_node(required));
  if (cases.empty()) return;
  Node rules = array_node();
  for (const Case& one : cases) {
    Node then = object_node();
    one.shape->render(then);
    Node rule = object_node();
    add_member(rule, "if", condition(one.tag, one.kind, one.is_default));
    add_member(rule, "then", std::move(then));
    rules.items.push_back(std::move(rule));
  }
  put(out, "allOf", std::move(rules));
}

Node SchemaFields::Shape::closed() const {
  Node out = object_node();
  add_member(out, "type", text_node("object"));
  render(out);
  // additionalProperties sees only the properties beside it, not those of a case.
  put(out, cases.empty() ? "additionalProperties" : "unevaluatedProperties", flag_node(false));
  return out;
}

SchemaFields::SchemaFields() : owned_(std::make_unique<Shape>()), shape_(*owned_) {}
SchemaFields::SchemaFields(Shape& shape) : shape_(shape) {}
SchemaFields::~SchemaFields() = default;

std::string SchemaFields::text(const std::string& title) const {
  Node out = object_node();
  add_member(out, "$schema", text_node("https://json-schema.org/draft/2020-12/schema"));
  add_member(out, "title", text_node(title));
  for (Member& member : shape_.closed().members) {
    add_member(out, member.key, std::move(member.value));
  }
  Node schema_link = object_node();
  add_member(schema_link, "type", text_node("string"));
  add_member(schema_link, "description", text_node("The schema that an editor checks against."));
  Node include = object_node();
  put_type(include, {}, std::vector<std::string>());
  add_member(include, "description",
             text_node("Files to start from, relative to this one. Objects merge, lists replace; "
                       "later files win over earlier ones and this file over all."));
  Node& properties = *out.find("properties");
  put(properties, "$schema", std::move(schema_link));
  put(properties, "include", std::move(include));
  return write_json(out);
}

void SchemaFields::add(const char* name, Node schema, const FieldDoc& doc) {
  shape_.property(name).schema = std::move(schema);
  std::vector<std::string>& required = shape_.required;
  const bool known = std::find(required.begin(), required.end(), name) != required.end();
  if (doc.required && !known) required.emplace_back(name);
}

template <class T>
void SchemaFields::leaf(const char* name, const T& value, const FieldDoc& doc) {
  Node schema = object_node();
  const std::string unit = is_bounded<T> ? kind_of(value).unit : "";
  add_member(schema, "description", text_node(description_of(doc, unit, range_text(value, doc))));
  put_type(schema, doc, value);
  if (!doc.required) add_member(schema, "default", to_node(value));
  add(name, std::move(schema), doc);
}

void SchemaFields::field(const char* name, bool& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, std::int64_t& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void SchemaFields::field(const char* name, double& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, Ratio& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, Duration& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void SchemaFields::field(const char* name, Bytes& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, Bandwidth& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void SchemaFields::field(const char* name, Rate& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, DurationLaw& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void SchemaFields::field(const char* name, SizeLaw& v, const FieldDoc& doc) { leaf(name, v, doc); }
void SchemaFields::field(const char* name, std::string& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void SchemaFields::field(const char* name, std::vector<std::string>& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}

void SchemaFields::choice(const char* name, int& value, std::span<const char* const> names,
                          const FieldDoc& doc) {
  Node schema = object_node();
  add_member(schema, "description", text_node(description_of(doc, "", "")));
  add_member(schema, "enum", texts(names));
  const auto index = static_cast<std::size_t>(value);
  if (!doc.required && index < names.size()) {
    add_member(schema, "default", text_node(names[index]));
  }
  add(name, std::move(schema), doc);
}

void SchemaFields::group(const char* name, const FieldDoc& doc,
                         const std::function<void(Fields&)>& describe) {
  Shape::Property& property = shape_.property(name);
  if (property.object == nullptr) {
    Node schema = object_node();
    add_member(schema, "description", text_node(description_of(doc, "", "")));
    property.object = std::make_unique<Shape>();
    add(name, std::move(schema), doc);
  }
  SchemaFields inner(*shape_.property(name).object);
  describe(inner);
}

void SchemaFields::list(const char* name, const FieldDoc& doc, std::size_t size,
                        const std::function<void(std::size_t)>& resize,
                        const std::function<void(std::size_t, Fields&)>& describe) {
  Shape::Property& property = shape_.property(name);
  property.is_list = true;
  if (property.object == nullptr) property.object = std::make_unique<Shape>();
  Node schema = object_node();
  add_member(schema, "description", text_node(description_of(doc, "", "")));
  add_member(schema, "type", text_node("array"));
  put_bounds(schema, doc, "minItems", "maxItems");
  Shape& entries = *property.object;
  add(name, std::move(schema), doc);
  resize(0);
  resize(1);
  SchemaFields inner(entries);
  describe(0, inner);
  resize(size);
}

void SchemaFields::variant(const char* tag, std::string& chosen,
                           std::span<const char* const> names, const FieldDoc& doc,
                           const std::function<void(const std::string&, Fields&)>& describe) {
  Node schema = object_node();
  add_member(schema, "description", text_node(description_of(doc, "", "")));
  add_member(schema, "enum", texts(names));
  const std::string initial = chosen;
  const bool has_default = std::find(names.begin(), names.end(), initial) != names.end();
  FieldDoc tag_doc = doc;
  tag_doc.required = doc.required || !has_default;
  if (!tag_doc.required) add_member(schema, "default", text_node(initial));
  add(tag, std::move(schema), tag_doc);
  for (const char* name : names) {
    const bool is_default = !tag_doc.required && initial == name;
    shape_.cases.push_back({tag, name, is_default, std::make_unique<Shape>()});
    chosen = name;
    SchemaFields inner(*shape_.cases.back().shape);
    describe(chosen, inner);
  }
  chosen = initial;
}

}  // namespace wavetank::engine
