#include "system/live/drill/belongings.h"

#include "system/live/object_client.h"
#include "system/live/redis_keys.h"
#include "tests/live/drill_folder.h"
#include "tests/live/pq_tables.h"

namespace wavetank::live {
namespace {

std::vector<std::int64_t> counts(const Target& target, const std::string& run) {
  std::vector<std::int64_t> all;
  for (const Belongings& one : count_belongings(target, run)) {
    CHECK(one.trouble.value_or("") == "");
    all.push_back(one.count);
  }
  return all;
}

void create(const Target& target, Tables& tables) {
  CHECK(tables.accept(request(1)).ok());
  RedisSession session(target.cache);
  session.ask({"SET", key_prefix(target.cache, tables.run()) + "x", "1", "EX", "600"},
              whole_seconds(5));
  const auto objects = open_objects(target.objects);
  CHECK(objects->put(tables.run() + "/e1/v1/manifest.json", {}, {}).ok());
}

TEST_CASE("drill: clean-up removes all that carries the run's id, and nothing else") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables ours(*target);
  Tables theirs(*target);
  create(*target, ours);
  create(*target, theirs);
  const std::vector<std::int64_t> before{2, 1, 1};
  CHECK(counts(*target, ours.run()) == before);
  for (const Belongings& one : remove_belongings(*target, ours.run())) CHECK(one.count > 0);
  CHECK(counts(*target, ours.run()) == std::vector<std::int64_t>{0, 0, 0});
  CHECK(counts(*target, theirs.run()) == before);
  remove_belongings(*target, theirs.run());
}

TEST_CASE("drill: what cannot be reached is told, and the rest is cleaned all the same") {
  const DrillFolder folder;
  Target target;
  target.database.port = 1;
  target.cache.port = 1;
  target.objects.folder = folder.path().string();
  const auto all = remove_belongings(target, "r1");
  REQUIRE(all.size() == 3);
  CHECK(all[0].trouble.has_value());
  CHECK(all[1].trouble.has_value());
  CHECK(all[2].trouble.value_or("") == "");
  // A run without a name owns nothing.
  for (const Belongings& one : remove_belongings(target, "")) CHECK(one.trouble.has_value());
  target.platform = "attached";
  CHECK(remove_belongings(target, "r1").empty());
}

}  // namespace
}  // namespace wavetank::live
