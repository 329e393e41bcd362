#pragma once
// Lists a description as flat rows, for `wavetank list settings` and `wavetank init`.

#include <string>
#include <vector>

#include "scenarios/engine/text/node.h"
#include "system/base/fields.h"

namespace wavetank::engine {

struct FieldRow {
  std::string path;      ///< "system.api.replicas", "load[].rate", "faults[key_skew].ratio"
  std::string unit;      ///< "duration", "count", "one of none, fixed, jitter" ...
  std::string initial;   ///< the default as a scenario would write it; empty where required
  std::string range;     ///< "at least 1ms"; empty where only a sign is excluded
  std::string help;
  std::string source;    ///< where the default comes from
  std::string vendor;    ///< the vendor's own name
  std::string snippet;   ///< JSON to paste: "system": { "api": { "replicas": 2 } }
  bool required = false;
};

class ListFields final : public Fields {
 public:
  /// Appends to `rows`, which must outlive this.
  explicit ListFields(std::vector<FieldRow>& rows) : rows_(rows) {}

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
  void require(bool, const char*, const char*) override {}

 private:
  ListFields(std::vector<FieldRow>& rows, std::string path, std::string open, std::string close);
  template <class T>
  void leaf(const char* name, const T& value, const FieldDoc& doc);
  void add(const char* name, const std::string& unit, const std::string& initial,
           const Node& example, const std::string& range, const FieldDoc& doc);

  std::vector<FieldRow>& rows_;
  std::string path_;   ///< of the object at hand, such as "load[]"
  std::string open_;   ///< of a snippet, up to the field: "load": [{
  std::string close_;  ///< of a snippet, after the field: }]
};

}  // namespace wavetank::engine
