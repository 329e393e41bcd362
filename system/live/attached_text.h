#pragma once
// What is said to and heard from a platform that is not ours: templates filled in, values named by
// JSON pointers.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/live/attach_target.h"
#include "system/live/http_message.h"

namespace wavetank::live {

/// Values by the names of their placeholders, without braces.
using Values = std::map<std::string, std::string, std::less<>>;
enum class Quoting : std::uint8_t { none, url, json };

/// Placeholders that `values` lacks stay as they are.
std::string fill(std::string_view text, const Values& values, Quoting quoting = Quoting::none);
/// The placeholders of a template that nobody will ever fill in.
std::vector<std::string> unknown_placeholders(std::string_view text);

/// SQL with $1 for that placeholder: what is filled in is a parameter, and never a part of it.
std::string with_parameter(std::string sql, std::string_view placeholder);

/// A text, a number or a flag as text; none where there is nothing there.
std::optional<std::string> text_at(const nlohmann::json& document, const std::string& pointer);
/// None where it is no whole number, or one as text.
std::optional<std::int64_t> number_at(const nlohmann::json& document, const std::string& pointer);

/// "2xx" or "202".
bool status_in(unsigned status, const std::vector<std::string>& accepted);

/// Method, body and headers of a submit; the target is the whole URL. Throws std::runtime_error
/// where a secret cannot be read or a number is none.
WebRequest render(const AttachTarget& attach, const Values& values);
/// The headers of every request. Throws as render() does.
HttpHeaders common_headers(const AttachTarget& attach, const Values& values);

}  // namespace wavetank::live
