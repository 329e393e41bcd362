#pragma once
// The strict reader: fills a described struct from a tree, collects every problem, and writes down
// where each value came from.
//
//   Provenance provenance;
//   ReadFields reader(root, problems, provenance);
//   scenario.describe(reader);
//   reader.finish();
//
// A value that is wrong leaves the struct's own in place. Several descriptions may read the same
// object, one after the other or by several group() calls of one name: a key is unknown only if no
// description asked for it, which finish() reports. A list in the file replaces the struct's list;
// a list's length obeys FieldDoc::min and max. Required fields of a group that is not there are
// not missed. A wrong or missing tag of a variant silences unknown keys of its object.

#include <memory>

#include "scenarios/engine/text/node.h"
#include "scenarios/engine/text/problem.h"
#include "scenarios/engine/text/provenance.h"
#include "system/base/fields.h"

namespace wavetank::engine {

class ReadFields final : public Fields {
 public:
  /// All three must outlive the reader.
  ReadFields(const Node& root, Problems& problems, Provenance& provenance);
  ~ReadFields() override;

  /// From here on a value that no file gives, and that differs from the one in `pristine`, has the
  /// origin `label`: how a preset such as "protections=none" shows. See defaults_of().
  void preset(std::string label, const Provenance& pristine);

  /// Reports the unknown keys of the whole tree. To be called once, after all descriptions.
  void finish();

  using Fields::field;
  void field(const char* name, bool& value, const FieldDoc& doc) override;
  void field(const char* name, std::int64_t& value, const FieldDoc& doc) override;
  void field(const char* name, double& value, const FieldDoc& doc) override;
  void field(const char* name, Ratio& value, const FieldDoc& doc) override;
  void field(const char* name, Duration& value, const FieldDoc& doc) override;
  void field(const char* name, Bytes& value, const FieldDoc& doc) override;
  void field(const char* name, Bandwidth& value, const FieldDoc& doc) override;
  void field(const char* name, Rate& value, const FieldDoc& doc) override;
  void field(const char* name, DurationLaw& value, const FieldDoc& doc) override;
  void field(const char* name, SizeLaw& value, const FieldDoc& doc) override;
  void field(const char* name, std::string& value, const FieldDoc& doc) override;
  void field(const char* name, std::vector<std::string>& value, const FieldDoc& doc) override;
  void choice(const char* name, int& value, std::span<const char* const> names,
              const FieldDoc& doc) override;
  void group(const char* name, const FieldDoc& doc,
             const std::function<void(Fields&)>& describe) override;
  void list(const char* name, const FieldDoc& doc, std::size_t size,
            const std::function<void(std::size_t)>& resize,
            const std::function<void(std::size_t, Fields&)>& describe) override;
  void variant(const char* tag, std::string& chosen, std::span<const char* const> names,
               const FieldDoc& doc,
               const std::function<void(const std::string&, Fields&)>& describe) override;
  void require(bool holds, const char* name, const char* why) override;

 private:
  struct Scope;
  struct Reading;

  ReadFields(Reading& reading, Scope& scope);
  template <class T>
  void leaf(const char* name, T& value, const FieldDoc& doc);
  const Node* ask(const char* name, const FieldDoc& doc);
  Scope& child(const std::string& name, const Node* node);
  bool check_length(const char* name, const Node& list, const FieldDoc& doc);
  void wrong(const char* name, const Node& node, std::string what, std::string hint);
  void not_among(const char* name, const Node& node, std::span<const char* const> names);
  void missing(const char* name, const FieldDoc& doc);
  void record(const char* name, std::string value, const char* unit, const Node* node);

  std::unique_ptr<Reading> owned_reading_;  ///< of the root only
  std::unique_ptr<Scope> owned_scope_;      ///< of the root only
  Reading& reading_;
  Scope& scope_;
};

/// The settings of a description that reads an empty file.
Provenance defaults_of(const std::function<void(Fields&)>& describe);

}  // namespace wavetank::engine
