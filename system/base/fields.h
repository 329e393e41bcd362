#pragma once
// One description of every setting, read by all who need it.
//
// A settings struct holds its defaults as member initialisers and describes itself once:
//
//   void describe(Fields& f) {
//     f.field("timeout", timeout, {.help = "How long one attempt may take.", .vendor = "..."});
//     f.section("pool", pool, {.help = "The connection pool."});
//   }
//
// The strict reader, the JSON Schema, `list settings`, `init` and the journal's provenance are all
// visitors of this one description: a new setting is one line. Nothing here knows JSON.

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "system/base/law.h"
#include "system/base/time.h"
#include "system/base/units.h"

namespace wavetank {

struct FieldDoc {
  const char* help = "";    ///< one sentence
  const char* source = "";  ///< where the default comes from
  const char* vendor = "";  ///< the vendor's own name, such as max.poll.interval.ms
  double min = 0;           ///< smallest legal value in the type's base unit (s, bytes, 1/s, 1)
  double max = std::numeric_limits<double>::infinity();
  bool required = false;
};

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void field(const char* name, bool& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, std::int64_t& value, const FieldDoc& doc) = 0;  // 10k, 1M
  virtual void field(const char* name, double& value, const FieldDoc& doc) = 0;  // a plain number
  virtual void field(const char* name, Ratio& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, Duration& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, Bytes& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, Bandwidth& value, const FieldDoc& doc) = 0;  // 125MB/s
  virtual void field(const char* name, Rate& value, const FieldDoc& doc) = 0;       // 500/s 30/m
  virtual void field(const char* name, DurationLaw& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, SizeLaw& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, std::string& value, const FieldDoc& doc) = 0;
  virtual void field(const char* name, std::vector<std::string>& value, const FieldDoc& doc) = 0;

  /// An enum, written as one of `names` (in the order of its values, from 0).
  virtual void choice(const char* name, int& value, std::span<const char* const> names,
                      const FieldDoc& doc) = 0;

  /// A nested object.
  virtual void group(const char* name, const FieldDoc& doc,
                     const std::function<void(Fields&)>& describe) = 0;

  /// A list of objects. The visitor calls `resize` once, where it reads one, then `describe` for
  /// each element; one that only documents calls describe on element 0 after resize(1).
  virtual void list(const char* name, const FieldDoc& doc, std::size_t size,
                    const std::function<void(std::size_t)>& resize,
                    const std::function<void(std::size_t, Fields&)>& describe) = 0;

  /// The object at hand is one of several kinds: its field `tag` holds one of `names`, and the kind
  /// chosen has fields of its own beside it. A visitor that documents calls describe for each name.
  virtual void variant(const char* tag, std::string& chosen, std::span<const char* const> names,
                       const FieldDoc& doc,
                       const std::function<void(const std::string&, Fields&)>& describe) = 0;

  /// A rule between fields: reported at this place where it does not hold.
  virtual void require(bool holds, const char* name, const char* why) = 0;

  template <class E>
    requires std::is_enum_v<E>
  void field(const char* name, E& value, std::span<const char* const> names, const FieldDoc& doc) {
    int index = static_cast<int>(value);
    choice(name, index, names, doc);
    value = static_cast<E>(index);
  }

  template <class S>
  void section(const char* name, S& settings, const FieldDoc& doc) {
    group(name, doc, [&settings](Fields& inner) { settings.describe(inner); });
  }

  template <class S>
  void items(const char* name, std::vector<S>& all, const FieldDoc& doc) {
    list(name, doc, all.size(), [&all](std::size_t n) { all.resize(n); },
         [&all](std::size_t i, Fields& inner) { all[i].describe(inner); });
  }
};

}  // namespace wavetank
