#include "system/live/drill/web.h"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "system/live/curl_reach.h"
#include "system/live/curl_ready.h"

namespace wavetank::live {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using List = std::unique_ptr<curl_slist, Free>;

struct Sink {
  std::string text;
  std::size_t most = 0;
  bool over = false;
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* into) {
  auto& sink = *static_cast<Sink*>(into);
  const std::size_t bytes = size * count;
  if (sink.text.size() + bytes > sink.most) {
    sink.over = true;
    return 0;
  }
  sink.text.append(data, bytes);
  return bytes;
}

List list_of(const std::vector<std::string>& lines) {
  curl_slist* list = nullptr;
  for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
  return List(list);
}

void set_up(CURL* handle, const WebCall& request, Sink& sink) {
  const long wait = std::max<long>(1, static_cast<long>(request.timeout.ns / 1'000'000));
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, wait);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "wavetank");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &sink);
  if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
}

/// What may be the matter where one side speaks TLS and the other does not.
const char* tls_hint(CURLcode code, const std::string& error) {
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY) {
    return "; that is no HTTP: does it speak TLS there, so that https:// is meant?";
  }
  const bool plain = error.find("wrong version number") != std::string::npos;
  return plain ? "; it speaks no TLS there: http:// is meant" : "";
}

}  // namespace

std::string WebAnswer::said() const {
  if (status == 0) return trouble;
  const std::string line = body.substr(0, std::min<std::size_t>(body.find('\n'), 200));
  return "HTTP " + std::to_string(status) + (line.empty() ? "" : ": " + line);
}

WebAnswer ask_web(const WebCall& request) {
  WebAnswer reply;
  const Handle handle(curl_ready() ? curl_easy_init() : nullptr);
  if (!handle) {
    reply.trouble = "libcurl does not start";
    return reply;
  }
  Sink sink{.text = {}, .most = static_cast<std::size_t>(request.most.count)};
  const List headers = list_of(request.headers);
  char error[CURL_ERROR_SIZE] = "";
  set_up(handle.get(), request, sink);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  std::string refused;
  if (request.in_reach) keep_in_reach(handle.get(), refused);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, error);
  const CURLcode code = curl_easy_perform(handle.get());
  if (sink.over) {
    reply.trouble = request.url + " answers with more than " +
                    std::to_string(request.most.count) + " bytes";
  } else if (code != CURLE_OK) {
    long number = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &number);
    reply.refused = code == CURLE_COULDNT_CONNECT && number == ECONNREFUSED;
    const std::string why = error[0] != '\0' ? error : curl_easy_strerror(code);
    reply.trouble = request.url + ": " + (refused.empty() ? why + tls_hint(code, why) : refused);
  } else {
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    reply.body = std::move(sink.text);
  }
  return reply;
}

WebCall json_request(std::string method, std::string url, std::string body) {
  WebCall request{.method = std::move(method), .url = std::move(url), .body = std::move(body)};
  // Without an Expect header a peer that never answers "100 Continue" costs no second.
  request.headers = {"Content-Type: application/json", "Expect:"};
  return request;
}

}  // namespace wavetank::live
