#pragma once
// Writes a JSON Schema (draft 2020-12) from a description, for editors and for `wavetank schema`.
//
// Quantities are texts with a pattern; what a pattern cannot say (bounds, rules between fields) is
// in the description and left to the strict reader. A variant becomes one if/then for each of its
// kinds. Objects are closed; descriptions that share an object by group() calls of one name merge.

#include <memory>
#include <string>

#include "scenarios/engine/text/node.h"
#include "system/base/fields.h"

namespace wavetank::engine {

class SchemaFields final : public Fields {
 public:
  SchemaFields();
  ~SchemaFields() override;

  /// The whole document; beside what was described, a scenario may have `include` and `$schema`.
  std::string text(const std::string& title) const;

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
  struct Shape;

  explicit SchemaFields(Shape& shape);
  template <class T>
  void leaf(const char* name, const T& value, const FieldDoc& doc);
  void add(const char* name, Node schema, const FieldDoc& doc);

  std::unique_ptr<Shape> owned_;  ///< of the root only
  Shape& shape_;
};

}  // namespace wavetank::engine
