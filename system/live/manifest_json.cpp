#include "system/live/manifest_json.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

namespace wavetank::live {
namespace {

using nlohmann::json;

/// Reads fields by name; one that is wrong makes the whole wrong.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  template <class T>
  void integer(const char* name, T& value) {
    const json* found = field(name);
    if (found == nullptr || !found->is_number_integer()) return fail();
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return fail();
    }
    const auto wide = found->get<std::int64_t>();
    if (wide < 0 || static_cast<std::uint64_t>(wide) >
                        static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      return fail();
    }
    value = static_cast<T>(wide);
  }
  void flag(const char* name, bool& value) {
    const json* found = field(name);
    if (found == nullptr || !found->is_boolean()) return fail();
    value = found->get<bool>();
  }
  void digest(const char* name, std::uint64_t& value) {
    const json* found = field(name);
    if (found == nullptr || !found->is_string()) return fail();
    const auto read = read_digest(found->get<std::string>());
    if (!read.ok()) return fail();
    value = *read;
  }
  bool good() const { return good_; }

 private:
  const json* field(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void fail() { good_ = false; }

  const json& object_;
  bool good_ = true;
};

}  // namespace

std::string digest_text(std::uint64_t digest) {
  char text[17] = {};
  const auto end = std::to_chars(text, text + 16, digest, 16).ptr;
  return std::string(static_cast<std::size_t>(16 - (end - text)), '0') + text;
}

Result<std::uint64_t> read_digest(const std::string& text) {
  std::uint64_t digest = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, digest, 16);
  if (text.size() != 16 || read.ec != std::errc() || read.ptr != end) return Failure::invalid;
  return digest;
}

std::string manifest_json(const Manifest& m, const LiveClock& clock) {
  json object = json::object();
  object["output"] = m.output.value;
  object["job"] = m.job.value;
  object["epoch"] = m.epoch;
  object["code_version"] = m.code_version;
  object["schema_version"] = m.schema_version;
  object["validated"] = m.validated;
  object["parts"] = m.parts;
  object["rows_in"] = m.rows_in;
  object["rows_out"] = m.rows_out;
  object["rows_rejected"] = m.rows_rejected;
  object["digest"] = digest_text(m.digest);
  object["right"] = m.right;
  object["published"] = clock.to_unix(m.published);
  return object.dump(2) + "\n";
}

Result<Manifest> read_manifest(const std::string& text, const LiveClock& clock) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return Failure::invalid;
  Manifest m;
  Reader read(object);
  std::int64_t published = 0;
  read.integer("output", m.output.value);
  read.integer("job", m.job.value);
  read.integer("epoch", m.epoch);
  read.integer("code_version", m.code_version);
  read.integer("schema_version", m.schema_version);
  read.flag("validated", m.validated);
  read.integer("parts", m.parts);
  read.integer("rows_in", m.rows_in);
  read.integer("rows_out", m.rows_out);
  read.integer("rows_rejected", m.rows_rejected);
  read.digest("digest", m.digest);
  read.flag("right", m.right);
  read.integer("published", published);
  if (!read.good()) return Failure::invalid;
  m.published = clock.from_unix(published);
  return m;
}

}  // namespace wavetank::live
