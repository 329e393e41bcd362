#include "system/live/json_reading.h"

#include <algorithm>
#include <charconv>

namespace wavetank::live {
namespace {

bool whole(std::string_view text, std::uint64_t& value, int base) {
  if (text.empty()) return false;
  std::uint64_t read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read, base);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  value = read;
  return true;
}

}  // namespace

void JsonReading::text(const char* name, std::string& value, std::size_t longest) {
  const nlohmann::json* found = find(name);
  if (found == nullptr) return;
  if (!found->is_string()) return say(name, "must be a text");
  const auto& given = found->get_ref<const std::string&>();
  if (given.size() > longest) {
    return say(name, "must have at most " + std::to_string(longest) + " bytes");
  }
  value = given;
}

void JsonReading::first_text(const char* name, std::string& value) {
  const nlohmann::json* found = find(name);
  if (found == nullptr) return;
  if (!found->is_array()) return say(name, "must be a list");
  if (found->empty()) return;
  if (!found->front().is_string()) return say(name, "must hold texts");
  value = found->front().get<std::string>();
}

void JsonReading::numbers(const char* name, std::vector<std::int64_t>& values) {
  const nlohmann::json* found = find(name);
  if (found == nullptr) return;
  const auto fits = [](const nlohmann::json& one) {
    return one.is_number_unsigned() && std::in_range<std::int64_t>(one.get<std::uint64_t>());
  };
  if (!found->is_array() || !std::all_of(found->begin(), found->end(), fits)) {
    return say(name, "must be a list of whole numbers");
  }
  values = found->get<std::vector<std::int64_t>>();
}

void JsonReading::hex(const char* name, std::uint64_t& value) {
  if (!has(name)) return;
  std::string given;
  text(name, given);
  if (ok() && !from_hex(given, value)) say(name, "must be up to 16 hex digits");
}

void JsonReading::say(std::string_view name, const std::string& what) {
  if (!ok()) return;
  std::string place = place_;
  if (!name.empty()) place += "/" + std::string(name);
  problem_ = (place.empty() ? "the document" : place) + " " + what;
}

const nlohmann::json* JsonReading::find(const char* name) const {
  if (!at_->is_object()) return nullptr;
  const auto found = at_->find(name);
  return found == at_->end() || found->is_null() ? nullptr : &*found;
}

std::string hex_of(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = digits[value & 15];
  return text;
}

bool from_hex(std::string_view text, std::uint64_t& value) {
  return text.size() <= 16 && whole(text, value, 16);
}

bool from_decimal(std::string_view text, std::uint64_t& value) { return whole(text, value, 10); }

nlohmann::json parse_json(std::string_view text, std::string& problem) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    problem = "no JSON: wrong at byte " + std::to_string(error.byte);
  } catch (const nlohmann::json::exception&) {
    problem = "no JSON that can be kept";
  }
  return nlohmann::json(nlohmann::json::value_t::discarded);
}

std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace wavetank::live
