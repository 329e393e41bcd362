#include "system/live/object_client.h"

#include <unistd.h>

#include <stdexcept>

#include "system/live/folder_client.h"
#include "system/live/s3_client.h"

namespace wavetank::live {
namespace {

constexpr std::int64_t page = 1'000;

}  // namespace

std::unique_ptr<ObjectClient> open_objects(const ObjectsTarget& target) {
  if (target.kind == "s3") return std::make_unique<S3Client>(target);
  if (target.folder.empty()) throw std::runtime_error("objects.folder is not set");
  return std::make_unique<FolderClient>(target.folder);
}

Result<std::vector<ObjectEntry>> list_all(ObjectClient& client, const std::string& prefix) {
  std::vector<ObjectEntry> all;
  std::string after;
  do {
    auto found = client.list(prefix, after, page);
    if (!found.ok()) return found.failure();
    all.insert(all.end(), found->entries.begin(), found->entries.end());
    after = found->next;
  } while (!after.empty());
  return all;
}

Result<std::int64_t> remove_all(ObjectClient& client, const std::string& prefix) {
  const auto all = list_all(client, prefix);
  if (!all.ok()) return all.failure();
  for (const ObjectEntry& entry : *all) {
    const auto removed = client.remove(entry.key);
    if (!removed.ok()) return removed.failure();
  }
  return static_cast<std::int64_t>(all->size());
}

std::string check_objects(ObjectClient& client, const std::string& prefix) {
  const std::string key = prefix + "check-" + std::to_string(::getpid());
  const auto told = [&client](const char* what) { return what + (": " + client.trouble()); };
  PutOptions options;
  options.if_absent = true;
  options.metadata["purpose"] = "check";
  const auto put = client.put(key, {"wavetank", {}}, options);
  if (!put.ok()) return told("an object cannot be written");
  std::string wrong;
  const auto again = client.put(key, {"wavetank", {}}, options);
  if (again.ok()) wrong = "a conditional put (If-None-Match: *) replaced an object that was there";
  const auto read = client.get(key, {});
  if (!read.ok()) wrong = told("an object that was written cannot be read");
  if (read.ok() && *read != "wavetank") wrong = "an object was not read as it was written";
  const auto head = client.head(key);
  if (!head.ok()) wrong = told("an object's metadata cannot be read");
  if (head.ok() && head->metadata != options.metadata) wrong = "an object's metadata was not kept";
  const auto removed = client.remove(key);
  if (!removed.ok()) wrong = told("an object cannot be removed");
  return wrong;
}

}  // namespace wavetank::live
