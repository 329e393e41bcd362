#include "system/live/s3_client.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "system/live/curl_reach.h"
#include "system/live/curl_ready.h"
#include "system/live/s3_xml.h"

namespace wavetank::live {
namespace {

constexpr std::string_view metadata_prefix = "x-amz-meta-";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return text;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::size_t keep_body(char* bytes, std::size_t, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, count);
  return count;
}

std::size_t keep_header(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& headers = *static_cast<std::map<std::string, std::string>*>(to);
  const std::string_view line(bytes, count);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
  headers[lower(std::string(line.substr(0, colon)))] = value;
  return count;
}

int look_whether_stopped(void* client, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(client))() ? 1 : 0;
}

}  // namespace

struct S3Client::Answer {
  long status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  bool good() const { return status >= 200 && status < 300; }
};

struct S3Client::Upload {
  std::string_view bytes;
  std::unique_ptr<std::FILE, CloseFile> file;
  curl_off_t size = 0;
  std::size_t at = 0;

  static std::size_t read(char* to, std::size_t, std::size_t room, void* self) {
    auto& upload = *static_cast<Upload*>(self);
    if (upload.file) return std::fread(to, 1, room, upload.file.get());
    const std::size_t count = upload.bytes.copy(to, room, upload.at);
    upload.at += count;
    return count;
  }
  static int seek(void* self, curl_off_t offset, int) {
    auto& upload = *static_cast<Upload*>(self);
    upload.at = static_cast<std::size_t>(offset);
    if (upload.file && std::fseek(upload.file.get(), offset, SEEK_SET) != 0) {
      return CURL_SEEKFUNC_CANTSEEK;
    }
    return CURL_SEEKFUNC_OK;
  }
};

S3Client::S3Client(const ObjectsTarget& target)
    : endpoint_(target.endpoint),
      ca_(target.ca),
      bucket_(target.bucket),
      curl_(nullptr, curl_easy_cleanup) {
  if (endpoint_.empty()) throw std::runtime_error("objects.endpoint is not set");
  if (bucket_.empty()) throw std::runtime_error("objects.bucket is not set");
  while (endpoint_.back() == '/') endpoint_.pop_back();
  const std::size_t scheme = endpoint_.find("://");
  if (scheme == std::string::npos) {
    throw std::runtime_error("objects.endpoint " + endpoint_ + " is no URL such as http://host:1");
  }
  host_ = endpoint_.substr(scheme + 3);
  credentials_ = {target.access_key.read(), target.secret_key.read(), target.region};
  if (curl_ready()) curl_.reset(curl_easy_init());
  if (!curl_) throw std::runtime_error("libcurl has no handle to give");
}

S3Request S3Client::request(const char* method, const std::string& key) const {
  S3Request made;
  made.method = method;
  made.path = "/" + bucket_;
  if (!key.empty()) made.path += "/" + key;
  return made;
}

Result<S3Client::Answer> S3Client::send(S3Request request, const ObjectBody* body) {
  Upload upload;
  std::string digest = sha256_hex(std::string_view());
  if (body != nullptr && !body->file.empty()) {
    upload.file.reset(std::fopen(body->file.c_str(), "rb"));
    if (!upload.file) return fail(Failure::invalid, "cannot read " + body->file.string());
    digest = sha256_hex_of(body->file);
    upload.size = static_cast<curl_off_t>(std::filesystem::file_size(body->file));
  } else if (body != nullptr) {
    upload.bytes = body->bytes;
    upload.size = static_cast<curl_off_t>(body->bytes.size());
    digest = sha256_hex(body->bytes);
  }
  request.headers["host"] = host_;
  request.headers["x-amz-date"] = timestamp();
  request.headers["x-amz-content-sha256"] = digest;
  return perform(request, authorization(request, credentials_),
                 body == nullptr ? nullptr : &upload);
}

Result<S3Client::Answer> S3Client::perform(const S3Request& request, const std::string& signature,
                                           Upload* upload) {
  CURL* curl = curl_.get();
  curl_easy_reset(curl);  // keeps the connection
  Answer answer;
  const std::string query = canonical_query(request);
  const std::string url =
      endpoint_ + percent_encode(request.path, true) + (query.empty() ? "" : "?" + query);
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines(nullptr, curl_slist_free_all);
  const auto add = [&lines](const std::string& line) {
    lines.reset(curl_slist_append(lines.release(), line.c_str()));
  };
  for (const auto& [name, value] : request.headers) add(name + ": " + value);
  add("authorization: " + signature);
  add("expect:");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (!ca_.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason_);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(within_.ns / 1'000'000 + 1));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.headers);
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (request.method == "DELETE") curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  if (upload != nullptr) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Upload::read);
    curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &Upload::seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, upload);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, upload->size);
  }
  if (stopped_) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_whether_stopped);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopped_);
  }
  reason_[0] = '\0';
  std::string refused;
  keep_in_reach(curl, refused);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK && !refused.empty()) {
    return fail(Failure::refused, endpoint_ + ": " + refused);
  }
  if (code != CURLE_OK) return broke(request, code);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

Failure S3Client::broke(const S3Request& request, CURLcode code) {
  const std::string told = request.method + " " + endpoint_ + request.path + ": " +
                           (reason_[0] != '\0' ? reason_ : curl_easy_strerror(code));
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
      return fail(Failure::refused, told);
    case CURLE_OPERATION_TIMEDOUT:
      return fail(Failure::timeout, told);
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return fail(Failure::reset, told);
    case CURLE_ABORTED_BY_CALLBACK:
      return fail(Failure::killed, told);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return fail(Failure::invalid, told);
    default:
      return fail(Failure::unavailable, told);
  }
}

Failure S3Client::refuse(const S3Request& request, const Answer& answer) {
  const std::string code = xml_text(answer.body, "Code");
  const std::string told = request.method + " " + endpoint_ + request.path + ": " +
                           std::to_string(answer.status) + (code.empty() ? "" : " " + code);
  switch (answer.status) {
    case 404:
      return fail(code == "NoSuchBucket" ? Failure::invalid : Failure::not_found, told);
    case 409:  // a conditional put met another under way: the client is to try again
    case 429:
    case 503:
      return fail(Failure::throttled, told);
    case 412:
      return fail(Failure::conflict, told);
    case 507:
      return fail(Failure::disk_full, told);
    case 408:
    case 504:
      return fail(Failure::timeout, told);
    default:
      return fail(answer.status >= 500 ? Failure::unavailable : Failure::invalid, told);
  }
}

Result<Done> S3Client::put(const std::string& key, const ObjectBody& body,
                           const PutOptions& options) {
  S3Request asked = request("PUT", key);
  if (options.if_absent) asked.headers["if-none-match"] = "*";
  for (const auto& [name, value] : options.metadata) {
    asked.headers[std::string(metadata_prefix) + name] = value;
  }
  auto answer = send(asked, &body);
  if (!answer.ok()) return answer.failure();
  if (!answer->good()) return refuse(asked, *answer);
  return Done{};
}

Result<std::string> S3Client::get(const std::string& key, ByteRange range) {
  S3Request asked = request("GET", key);
  if (range.count <= 0) return std::string();
  const bool to_end = range.count == std::numeric_limits<std::int64_t>::max();
  if (range.from != 0 || !to_end) {
    asked.headers["range"] = "bytes=" + std::to_string(range.from) + "-" +
                             (to_end ? "" : std::to_string(range.from + range.count - 1));
  }
  auto answer = send(asked, nullptr);
  if (!answer.ok()) return answer.failure();
  if (answer->status == 416) return std::string();  // it begins behind the end
  if (!answer->good()) return refuse(asked, *answer);
  return std::move(answer->body);
}

Result<ObjectHead> S3Client::head(const std::string& key) {
  const S3Request asked = request("HEAD", key);
  auto answer = send(asked, nullptr);
  if (!answer.ok()) return answer.failure();
  if (!answer->good()) return refuse(asked, *answer);
  ObjectHead head;
  const auto size = answer->headers.find("content-length");
  if (size != answer->headers.end()) head.size = std::strtoll(size->second.c_str(), nullptr, 10);
  for (const auto& [name, value] : answer->headers) {
    if (!name.starts_with(metadata_prefix)) continue;
    head.metadata[name.substr(metadata_prefix.size())] = value;
  }
  return head;
}

Result<ObjectPage> S3Client::list(const std::string& prefix, const std::string& after,
                                  std::int64_t most) {
  S3Request asked = request("GET", "");
  asked.query = {{"list-type", "2"}, {"max-keys", std::to_string(most)}, {"prefix", prefix}};
  if (!after.empty()) asked.query.emplace_back("start-after", after);
  auto answer = send(asked, nullptr);
  if (!answer.ok()) return answer.failure();
  if (!answer->good()) return refuse(asked, *answer);
  if (answer->body.find("<ListBucketResult") == std::string::npos) {
    return fail(Failure::invalid, "GET " + endpoint_ + asked.path + ": no listing came back");
  }
  ObjectPage page;
  for (const std::string_view entry : xml_elements(answer->body, "Contents")) {
    const std::string size = xml_text(entry, "Size");
    page.entries.push_back({xml_text(entry, "Key"), std::strtoll(size.c_str(), nullptr, 10)});
  }
  const bool more = xml_text(answer->body, "IsTruncated") == "true";
  if (more && !page.entries.empty()) page.next = page.entries.back().key;
  return page;
}

Result<Done> S3Client::remove(const std::string& key) {
  const S3Request asked = request("DELETE", key);
  auto answer = send(asked, nullptr);
  if (!answer.ok()) return answer.failure();
  if (answer->good() || answer->status == 404) return Done{};
  return refuse(asked, *answer);
}

}  // namespace wavetank::live
