#include "system/live/drill/belongings.h"

#include <functional>
#include <stdexcept>

#include "system/live/drill/attached_belongings.h"
#include "system/live/object_client.h"
#include "system/live/object_store.h"
#include "system/live/pq_rows.h"
#include "system/live/redis_keys.h"

namespace wavetank::live {
namespace {

std::int64_t total(const RowCount& rows) { return rows.processes + rows.outbox; }

template <class T>
T must(Result<T> result, const ObjectClient& client) {
  if (!result) throw std::runtime_error(client.trouble());
  return std::move(*result);
}

std::int64_t objects(const Target& target, const std::string& run, bool remove) {
  const auto client = open_objects(target.objects);
  if (remove) return must(remove_run(*client, run), *client);
  return must(count_run(*client, run), *client).count;
}

std::vector<Belongings> each(const Target& target, const std::string& run, bool remove) {
  if (target.platform != "wavetank") {
    return remove ? remove_attached(target, run) : count_attached(target, run);
  }
  std::vector<Belongings> all;
  const auto add = [&all](const std::string& what, const std::function<std::int64_t()>& ask) {
    Belongings one{what};
    try {
      one.count = ask();
    } catch (const std::exception& error) {
      one.trouble = error.what();
    }
    all.push_back(std::move(one));
  };
  add("rows in database " + target.database.name,
      [&] { return total(remove ? delete_rows(target, run) : count_rows(target, run)); });
  add("keys in the cache",
      [&] { return remove ? delete_keys(target, run) : count_keys(target, run); });
  add(target.objects.kind == "s3" ? "objects in bucket " + target.objects.bucket
                                  : "objects below " + target.objects.folder,
      [&] { return objects(target, run, remove); });
  return all;
}

}  // namespace

std::vector<Belongings> count_belongings(const Target& target, const std::string& run) {
  return each(target, run, false);
}

std::vector<Belongings> remove_belongings(const Target& target, const std::string& run) {
  return each(target, run, true);
}

}  // namespace wavetank::live
