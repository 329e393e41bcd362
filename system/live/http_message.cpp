#include "system/live/http_message.h"

#include <charconv>

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

bool printable(std::string_view text, bool blanks) {
  return std::all_of(text.begin(), text.end(), [blanks](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 ? byte != 0x7f : blanks && (byte == 0x20 || byte == 0x09);
  });
}

bool append(std::string& head, const HttpHeaders& headers) {
  for (const HttpHeader& header : headers) {
    if (header.name.empty() || !printable(header.name, false) || !printable(header.value, true) ||
        header.name.find(':') != std::string::npos) {
      return false;
    }
    head += header.name;
    head += ": ";
    head += header.value;
    head += "\r\n";
  }
  return true;
}

const char* reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text, std::optional<std::uint16_t> port) {
  HostPort parts;
  std::string_view digits;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, end - 1);
    digits = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.rfind(':'), text.size());
    parts.host = text.substr(0, colon);
    digits = text.substr(colon);
  }
  if (parts.host.empty() || parts.host.find_first_of("@ \t\r\n") != std::string::npos) {
    return std::nullopt;
  }
  if (digits.empty()) {
    if (!port) return std::nullopt;
    parts.port = *port;
    return parts;
  }
  const char* const last = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data() + 1, last, parts.port);
  if (digits[0] != ':' || error != std::errc{} || stopped != last) return std::nullopt;
  return parts;
}

std::string head_of(const WebRequest& request, std::string_view host) {
  if (request.method.empty() || !printable(request.method, false)) return "";
  if (request.target.empty() || !printable(request.target, false)) return "";
  std::string head = request.method;
  head += " ";
  head += request.target;
  head += " HTTP/1.1\r\nHost: ";
  head += host;
  head += "\r\n";
  if (!append(head, request.headers)) return "";
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

std::string head_of(const WebReply& reply, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  head += reason_of(reply.status);
  head += "\r\n";
  if (!append(head, reply.headers)) return "";
  head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  if (!keep_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

WebReply json_reply(unsigned status, std::string body) {
  WebReply reply;
  reply.status = status;
  reply.headers.add("Content-Type", "application/json");
  reply.body = std::move(body);
  return reply;
}

WebReply text_reply(unsigned status, std::string body) {
  WebReply reply;
  reply.status = status;
  reply.headers.add("Content-Type", "text/plain; charset=utf-8");
  reply.body = std::move(body);
  return reply;
}

WebReply error_reply(unsigned status, const std::string& message) {
  return json_reply(status, text_of({{"error", {{"message", message}}}}));
}

}  // namespace wavetank::live
