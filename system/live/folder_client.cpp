#include "system/live/folder_client.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "system/live/file_io.h"

namespace wavetank::live {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = "\nwavetank-object\n";
constexpr std::size_t digits = 8;
constexpr std::int64_t tail_size = static_cast<std::int64_t>(digits + mark.size());
constexpr std::string_view unfinished = ".unfinished-";
constexpr std::size_t block = 1 << 20;

struct Stored {
  std::int64_t size = 0;  ///< of the object's bytes
  ObjectMetadata metadata;
};

std::string tail_of(const ObjectMetadata& metadata) {
  const std::string json = nlohmann::json(metadata).dump();
  std::string length = std::to_string(json.size());
  length.insert(0, digits - length.size(), '0');
  return json + length + std::string(mark);
}

Stored look_at(FileReader& file) {
  const std::int64_t whole = file.size();
  Stored stored{whole, {}};
  if (whole < tail_size) return stored;
  std::string tail;
  file.seek(whole - tail_size);
  file.read(tail, static_cast<std::size_t>(tail_size));
  if (!tail.ends_with(mark)) return stored;
  const std::int64_t length = std::strtoll(tail.substr(0, digits).c_str(), nullptr, 10);
  const std::int64_t size = whole - tail_size - length;
  if (size < 0) return stored;
  std::string text;
  file.seek(size);
  file.read(text, static_cast<std::size_t>(length));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return stored;
  stored.size = size;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) stored.metadata[name] = value.get<std::string>();
  }
  return stored;
}

bool is_part_of_path(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && !name.starts_with(unfinished);
}

}  // namespace

FolderClient::FolderClient(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_)) {
    throw std::runtime_error("the folder " + folder_.string() + " cannot be made: " +
                             error.message());
  }
}

fs::path FolderClient::place(const std::string& key) const {
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t end = std::min(key.find('/', at), key.size());
    if (!is_part_of_path(std::string_view(key).substr(at, end - at))) return {};
    at = end + 1;
  }
  return folder_ / key;
}

Failure FolderClient::fail_here(const fs::path& file, int error) {
  const Failure failure = error == EEXIST   ? Failure::conflict
                          : error == ENOENT ? Failure::not_found
                          : error == EACCES ? Failure::invalid
                                            : failure_of_errno(error);
  return fail(failure, file.string() + ": " + std::strerror(error));
}

Result<Done> FolderClient::write(const fs::path& file, const ObjectBody& body,
                                 const PutOptions& options) {
  FileWriter out(file);
  if (body.file.empty()) {
    out.write(body.bytes);
  } else {
    FileReader in(body.file);
    if (!in.ok()) return fail(Failure::invalid, "cannot read " + body.file.string());
    std::string bytes;
    for (in.read(bytes, block); !bytes.empty() && out.ok(); in.read(bytes, block)) {
      if (stopped()) return fail(Failure::killed, file.string() + ": stopped");
      out.write(bytes);
    }
  }
  if (!options.metadata.empty()) out.write(tail_of(options.metadata));
  auto closed = out.close();
  if (!closed.ok()) return fail(closed.failure(), file.string() + ": cannot be written");
  return Done{};
}

Result<Done> FolderClient::put(const std::string& key, const ObjectBody& body,
                               const PutOptions& options) {
  const fs::path at = place(key);
  if (at.empty()) return fail(Failure::invalid, "no object may be named " + key);
  std::error_code error;
  fs::create_directories(at.parent_path(), error);
  if (error) return fail_here(at, error.value());
  // The address tells clients of one process apart.
  const auto self = std::to_string(reinterpret_cast<std::uintptr_t>(this));
  const fs::path beside = at.parent_path() / (std::string(unfinished) + std::to_string(::getpid()) +
                                              "-" + self + "-" + std::to_string(++writes_));
  Result<Done> done = write(beside, body, options);
  if (done.ok() && options.if_absent) {
    if (::link(beside.c_str(), at.c_str()) != 0) done = fail_here(at, errno);
  } else if (done.ok()) {
    if (::rename(beside.c_str(), at.c_str()) != 0) done = fail_here(at, errno);
  }
  fs::remove(beside, error);
  return done;
}

Result<std::string> FolderClient::get(const std::string& key, ByteRange range) {
  const fs::path at = place(key);
  if (at.empty()) return fail(Failure::invalid, "no object may be named " + key);
  FileReader in(at);
  if (!in.ok()) return fail_here(at, in.error());
  const std::int64_t size = look_at(in).size;
  const std::int64_t from = std::min(range.from, size);
  const std::int64_t count = std::min(range.count, size - from);
  if (count <= 0) return std::string();
  std::string bytes;
  in.seek(from);
  in.read(bytes, static_cast<std::size_t>(count));
  if (static_cast<std::int64_t>(bytes.size()) != count) {
    return fail(Failure::reset, key + ": cut short");
  }
  return bytes;
}

Result<ObjectHead> FolderClient::head(const std::string& key) {
  const fs::path at = place(key);
  if (at.empty()) return fail(Failure::invalid, "no object may be named " + key);
  FileReader in(at);
  if (!in.ok()) return fail_here(at, in.error());
  Stored stored = look_at(in);
  return ObjectHead{stored.size, std::move(stored.metadata)};
}

Result<ObjectPage> FolderClient::list(const std::string& prefix, const std::string& after,
                                      std::int64_t most) {
  const std::size_t slash = prefix.rfind('/');
  const fs::path below =
      slash == std::string::npos ? folder_ : folder_ / prefix.substr(0, slash);
  std::vector<std::string> keys;
  std::error_code error;
  for (fs::recursive_directory_iterator at(below, error), end; at != end; at.increment(error)) {
    if (error) break;
    std::error_code gone;
    if (!at->is_regular_file(gone)) continue;
    if (at->path().filename().string().starts_with(unfinished)) continue;
    std::string key = at->path().lexically_relative(folder_).generic_string();
    if (key.starts_with(prefix) && key > after) keys.push_back(std::move(key));
  }
  if (error && error.value() != ENOENT) return fail_here(below, error.value());
  std::sort(keys.begin(), keys.end());
  ObjectPage page;
  for (std::string& key : keys) {
    if (static_cast<std::int64_t>(page.entries.size()) == most) {
      page.next = page.entries.back().key;
      break;
    }
    const auto found = head(key);
    if (found.ok()) page.entries.push_back({std::move(key), found->size});
  }
  return page;
}

// Folders that become empty go too, so that nothing of a run is left behind.
Result<Done> FolderClient::remove(const std::string& key) {
  fs::path at = place(key);
  if (at.empty()) return fail(Failure::invalid, "no object may be named " + key);
  if (::unlink(at.c_str()) != 0 && errno != ENOENT) return fail_here(at, errno);
  for (at = at.parent_path(); at != folder_; at = at.parent_path()) {
    if (::rmdir(at.c_str()) != 0) break;
  }
  return Done{};
}

}  // namespace wavetank::live
