#include "system/live/drill/attached_belongings.h"

#include <map>

#include "system/live/object_client.h"
#include "system/live/redis_keys.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"
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

BelongingTarget belonging(const char* kind) {
  BelongingTarget one;
  one.what = "orders";
  one.kind = kind;
  return one;
}

/// Somebody else's platform, of which only this is known.
Target attached(std::vector<BelongingTarget> belongings) {
  Target target;
  target.platform = "attached";
  target.attach.belongings = std::move(belongings);
  return target;
}

/// A page of orders by reference, two at a time. One that is locked cannot be deleted.
struct Orders {
  std::map<std::string, std::string> references;  ///< by id
  std::string locked{};
  bool filters = true;

  Told operator()(const WebServer::Asked& asked) {
    if (asked.method == "DELETE") {
      const std::string id = asked.path.substr(asked.path.rfind('/') + 1);
      if (id == locked) return {409, "it is locked"};
      return {references.erase(id) > 0 ? 204 : 404};
    }
    const std::string wanted = asked.path.substr(asked.path.rfind('=') + 1);
    std::string shown;
    int total = 0;
    for (const auto& [id, reference] : references) {
      if (filters && !reference.starts_with(wanted)) continue;
      if (++total > 2) continue;
      shown += (shown.empty() ? "" : ",") + ("{\"id\": \"" + id + "\"}");
    }
    return {200, "{\"items\": [" + shown + "], \"total\": " + std::to_string(total) + "}"};
  }
};

BelongingTarget page_of(const WebServer& server) {
  BelongingTarget one = belonging("page");
  one.url = server.url() + "/orders?ref={run}";
  one.items = "/items";
  one.total = "/total";
  one.each = server.url() + "/orders/{id}";
  return one;
}

TEST_CASE("belongings of others: keys by their parts") {
  CHECK(key_matches("out/r1/x", "out/r1/x"));
  CHECK_FALSE(key_matches("out/r1/x", "out/r1/xy"));
  CHECK_FALSE(key_matches("out/r1", "out/r1/x"));
  CHECK_FALSE(key_matches("out/r1/x", "out/r1"));
  CHECK(key_matches("out/*/r1-*/", "out/a/r1-7/part-0"));
  CHECK(key_matches("out/*/r1-*/", "out/a/r1-7/deep/part-0"));
  CHECK_FALSE(key_matches("out/*/r1-*/", "out/a/b/r1-7/part-0"));
  CHECK_FALSE(key_matches("out/*/r1-*/", "out/a/r12-7/part-0"));
  CHECK(key_matches("*a*b", "xaxb"));
  CHECK_FALSE(key_matches("*a*b", "xbxa"));
}

TEST_CASE("belongings of others: objects are removed by their pattern, and no others") {
  const DrillFolder folder;
  BelongingTarget one = belonging("objects");
  one.object = "out/{input}/{run}-*/";
  Target target = attached({one});
  target.objects.folder = folder.path().string();
  target.attach.inputs.resize(2);
  target.attach.inputs[0].name = "calm";
  target.attach.inputs[1].name = "hot";
  const auto objects = open_objects(target.objects);
  for (const char* key : {"out/calm/r1-1/a", "out/hot/r1-2/b", "out/calm/r2-1/a", "out/x/r1-1/a"}) {
    REQUIRE(objects->put(key, {}, {}).ok());
  }
  CHECK(counts(target, "r1") == std::vector<std::int64_t>{2});
  CHECK(remove_belongings(target, "r1").at(0).count == 2);
  CHECK(counts(target, "r1") == std::vector<std::int64_t>{0});
  CHECK(list_all(*objects, "")->size() == 2);
  // What does not depend on the run is not touched, whatever it says.
  target.attach.belongings[0].object = "out/x/";
  CHECK(remove_belongings(target, "r1").at(0).trouble.value_or("").find("run that never was") !=
        std::string::npos);
  CHECK(list_all(*objects, "")->size() == 2);
  // Nor is anything by an id that is a pattern itself.
  target.attach.belongings[0].object = "out/x/{run}-*/";
  for (const char* strange : {"", "*", "r1/", "r1*"}) {
    CHECK(remove_belongings(target, strange).at(0).trouble.has_value());
  }
  CHECK(list_all(*objects, "")->size() == 2);
}

TEST_CASE("belongings of others: those of a page are deleted one by one, page by page") {
  Orders orders{{{"1", "r1-1"}, {"2", "r2-1"}, {"3", "r1-2"}, {"4", "r1-3"}, {"5", "r1-4"}}};
  WebServer server(std::ref(orders));
  const Target target = attached({page_of(server)});
  CHECK(counts(target, "r1") == std::vector<std::int64_t>{4});
  CHECK(remove_belongings(target, "r1").at(0).count == 4);
  CHECK(counts(target, "r1") == std::vector<std::int64_t>{0});
  CHECK(counts(target, "r2") == std::vector<std::int64_t>{1});
}

TEST_CASE("belongings of others: what cannot be deleted is told and counted") {
  Orders orders{{{"1", "r1-1"}, {"2", "r1-2"}}, "1"};
  WebServer server(std::ref(orders));
  const Target target = attached({page_of(server)});
  CHECK(remove_belongings(target, "r1").at(0).trouble.value_or("").find("it is locked") !=
        std::string::npos);
  CHECK(counts(target, "r1") == std::vector<std::int64_t>{1});
}

TEST_CASE("belongings of others: a page that shows everybody's deletes nothing") {
  Orders orders{{{"1", "r1-1"}, {"2", "r2-1"}}, "", false};
  WebServer server(std::ref(orders));
  const Target target = attached({page_of(server)});
  CHECK(remove_belongings(target, "r1").at(0).trouble.has_value());
  CHECK(orders.references.size() == 2);
}

TEST_CASE("belongings of others: rows and statements, by a parameter and in one transaction") {
  const Target* cluster = with_tables();
  if (cluster == nullptr) return;
  Tables ours(*cluster);
  Tables theirs(*cluster);
  create(*cluster, ours);
  create(*cluster, theirs);
  BelongingTarget rows = belonging("rows"), statements = belonging("statements");
  rows.table = "outbox";
  rows.where = "run = {run}";
  statements.count = "select count(*) from processes where run = {run}";
  statements.remove = "delete from processes where run = {run}";
  Target target = *cluster;
  target.platform = "attached";
  target.attach.belongings = {rows, statements};
  CHECK(counts(target, ours.run()) == std::vector<std::int64_t>{1, 1});
  Target careless = target;
  careless.attach.belongings[0].where = "run = {run} or true";
  careless.attach.belongings[1].remove = "delete from processes where run <> {run} || 'x'";
  for (const Belongings& one : remove_belongings(careless, ours.run())) {
    CHECK(one.trouble.value_or("").find("run that never was") != std::string::npos);
  }
  CHECK(counts(target, theirs.run()) == std::vector<std::int64_t>{1, 1});
  for (const Belongings& one : remove_belongings(target, ours.run())) CHECK(one.count == 1);
  CHECK(counts(target, ours.run()) == std::vector<std::int64_t>{0, 0});
  CHECK(counts(target, theirs.run()) == std::vector<std::int64_t>{1, 1});
  remove_belongings(*cluster, theirs.run());
  remove_belongings(*cluster, ours.run());
}

}  // namespace
}  // namespace wavetank::live
