#include "system/live/attached_text.h"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr std::string_view names[] = {"entity", "version",  "key",    "run",    "input", "bytes",
                                      "id",     "priority", "action", "output", "callback_url"};

bool is_name(std::string_view text) {
  if (text.empty()) return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

/// Calls `plain` for what lies between placeholders and `named` for each of them.
template <class Plain, class Named>
void scan(std::string_view text, Plain plain, Named named) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close =
        open == std::string_view::npos ? open : text.find_first_of("{}", open + 1);
    if (close == std::string_view::npos) return plain(text);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (text[close] == '}' && is_name(name)) {
      plain(text.substr(0, open));
      named(name);
      text.remove_prefix(close + 1);
    } else {
      plain(text.substr(0, open + 1));
      text.remove_prefix(open + 1);
    }
  }
}

std::string quoted(const std::string& value, Quoting quoting) {
  if (quoting == Quoting::none) return value;
  if (quoting == Quoting::json) {
    const std::string text = json(value).dump(-1, ' ', false, json::error_handler_t::replace);
    return text.substr(1, text.size() - 2);
  }
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

const json* find(const json& document, const std::string& pointer) {
  if (pointer.empty() || document.is_discarded()) return nullptr;
  try {
    const json::json_pointer at(pointer);
    return document.contains(at) ? &document.at(at) : nullptr;
  } catch (const json::exception&) {
    return nullptr;
  }
}

json value_of(const BodyField& field, const Values& values) {
  const std::string text = fill(field.value, values);
  if (field.kind == "text") return text;
  json value = json::parse(text, nullptr, false);
  const bool right = field.kind == "flag" ? value.is_boolean() : value.is_number();
  if (!right) throw std::runtime_error("the body's " + field.at + " is no " + field.kind);
  return value;
}

}  // namespace

std::string fill(std::string_view text, const Values& values, Quoting quoting) {
  std::string out;
  scan(
      text, [&out](std::string_view plain) { out += plain; },
      [&](std::string_view name) {
        const auto found = values.find(name);
        if (found == values.end()) {
          out.append("{").append(name).append("}");
        } else {
          out += quoted(found->second, quoting);
        }
      });
  return out;
}

std::vector<std::string> unknown_placeholders(std::string_view text) {
  std::vector<std::string> unknown;
  scan(
      text, [](std::string_view) {},
      [&unknown](std::string_view name) {
        if (std::find(std::begin(names), std::end(names), name) == std::end(names)) {
          unknown.emplace_back(name);
        }
      });
  return unknown;
}

std::string with_parameter(std::string sql, std::string_view placeholder) {
  for (std::size_t at = 0; (at = sql.find(placeholder, at)) != std::string::npos; at += 2) {
    sql.replace(at, placeholder.size(), "$1");
  }
  return sql;
}

std::optional<std::string> text_at(const json& document, const std::string& pointer) {
  const json* found = find(document, pointer);
  if (found == nullptr || found->is_null() || found->is_structured()) return std::nullopt;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::optional<std::int64_t> number_at(const json& document, const std::string& pointer) {
  const json* found = find(document, pointer);
  if (found == nullptr) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (!found->is_string()) return std::nullopt;
  const json read = json::parse(found->get<std::string>(), nullptr, false);
  if (!read.is_number_integer()) return std::nullopt;
  return read.get<std::int64_t>();
}

bool status_in(unsigned status, const std::vector<std::string>& accepted) {
  const std::string text = std::to_string(status);
  for (const std::string& one : accepted) {
    if (one == text || (one.size() == 3 && one.ends_with("xx") && one[0] == text[0])) return true;
  }
  return false;
}

HttpHeaders common_headers(const AttachTarget& attach, const Values& values) {
  HttpHeaders headers;
  for (const HeaderTarget& one : attach.headers) {
    headers.add(one.name, fill(one.value, values) + one.secret.read());
  }
  return headers;
}

WebRequest render(const AttachTarget& attach, const Values& values) {
  const RequestTarget& request = attach.request;
  WebRequest web;
  web.method = request.method;
  web.target = fill(request.url, values, Quoting::url);
  web.headers = common_headers(attach, values);
  const bool is_json = request.content_type.find("json") != std::string::npos;
  if (!request.body.empty()) {
    web.body = fill(request.body, values, is_json ? Quoting::json : Quoting::none);
  } else if (!request.fields.empty()) {
    json body = json::object();
    for (const BodyField& field : request.fields) {
      try {
        body[json::json_pointer(field.at)] = value_of(field, values);
      } catch (const json::exception&) {
        throw std::runtime_error(field.at + " is no place in a JSON body");
      }
    }
    web.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  if (!web.body.empty()) web.headers.add("Content-Type", request.content_type);
  return web;
}

}  // namespace wavetank::live
