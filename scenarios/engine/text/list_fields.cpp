#include "scenarios/engine/text/list_fields.h"

#include <algorithm>
#include <utility>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/scalar.h"

namespace wavetank::engine {
namespace {

std::string one_of(std::span<const char* const> names) {
  std::string out = "one of ";
  for (const char* name : names) out += (out.ends_with(" ") ? "" : ", ") + std::string(name);
  return out;
}

std::string in_json(const std::string& text) { return write_json_line(text_node(text)); }

/// "faults[]" becomes "faults[key_skew]"; an object that is no entry, or has a kind already, gets
/// one more pair of brackets.
std::string with_kind(std::string path, const std::string& kind) {
  if (path.ends_with("[]")) path.resize(path.size() - 2);
  return path + '[' + kind + ']';
}

}  // namespace

ListFields::ListFields(std::vector<FieldRow>& rows, std::string path, std::string open,
                       std::string close)
    : rows_(rows), path_(std::move(path)), open_(std::move(open)), close_(std::move(close)) {}

void ListFields::add(const char* name, const std::string& unit, const std::string& initial,
                     const Node& example, const std::string& range, const FieldDoc& doc) {
  FieldRow row;
  row.path = path_.empty() ? name : path_ + '.' + name;
  row.unit = unit;
  row.initial = doc.required ? "" : initial;
  row.range = range;
  row.help = doc.help;
  row.source = doc.source;
  row.vendor = doc.vendor;
  row.snippet = open_ + in_json(name) + ": " + write_json_line(example) + close_;
  row.required = doc.required;
  rows_.push_back(std::move(row));
}

template <class T>
void ListFields::leaf(const char* name, const T& value, const FieldDoc& doc) {
  add(name, kind_of(value).unit, text_of(value), to_node(value), range_text(value, doc), doc);
}

void ListFields::field(const char* name, bool& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, std::int64_t& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void ListFields::field(const char* name, double& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, Ratio& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, Duration& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, Bytes& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, Bandwidth& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, Rate& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, DurationLaw& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void ListFields::field(const char* name, SizeLaw& v, const FieldDoc& doc) { leaf(name, v, doc); }
void ListFields::field(const char* name, std::string& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}
void ListFields::field(const char* name, std::vector<std::string>& v, const FieldDoc& doc) {
  leaf(name, v, doc);
}

void ListFields::choice(const char* name, int& value, std::span<const char* const> names,
                        const FieldDoc& doc) {
  const auto index = static_cast<std::size_t>(value);
  const std::string initial = index < names.size() ? names[index] : "";
  add(name, one_of(names), initial, text_node(initial), "", doc);
}

void ListFields::group(const char* name, const FieldDoc&,
                       const std::function<void(Fields&)>& describe) {
  ListFields inner(rows_, path_.empty() ? name : path_ + '.' + name,
                   open_ + in_json(name) + ": { ", " }" + close_);
  describe(inner);
}

void ListFields::list(const char* name, const FieldDoc&, std::size_t size,
                      const std::function<void(std::size_t)>& resize,
                      const std::function<void(std::size_t, Fields&)>& describe) {
  resize(0);
  resize(1);
  ListFields inner(rows_, (path_.empty() ? name : path_ + '.' + name) + "[]",
                   open_ + in_json(name) + ": [{ ", " }]" + close_);
  describe(0, inner);
  resize(size);
}

void ListFields::variant(const char* tag, std::string& chosen, std::span<const char* const> names,
                         const FieldDoc& doc,
                         const std::function<void(const std::string&, Fields&)>& describe) {
  const std::string initial = chosen;
  FieldDoc tag_doc = doc;
  tag_doc.required =
      doc.required || std::find(names.begin(), names.end(), initial) == names.end();
  const std::string example = !initial.empty() || names.empty() ? initial : names[0];
  add(tag, one_of(names), initial, text_node(example), "", tag_doc);
  for (const char* name : names) {
    ListFields inner(rows_, with_kind(path_, name),
                     open_ + in_json(tag) + ": " + in_json(name) + ", ", close_);
    chosen = name;
    describe(chosen, inner);
  }
  chosen = initial;
}

}  // namespace wavetank::engine
