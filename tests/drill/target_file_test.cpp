#include "app/live/target_file.h"

#include <doctest/doctest.h>

#include "tests/live/drill_folder.h"

namespace wavetank::app {
namespace {

struct Read {
  std::optional<live::Target> target;
  engine::Problems problems;
  bool says(const std::string& pointer, const std::string& words = "") const {
    for (const engine::Problem& one : problems.all()) {
      const std::string text = one.what + " " + one.hint;
      if (one.pointer == pointer && text.find(words) != std::string::npos) return true;
    }
    return false;
  }
};

Read read(const live::DrillFolder& folder, const std::string& more,
          const std::vector<std::string>& sets = {}) {
  folder.write("t.json", R"({"name": "t", "kafka": {"brokers": "h:1"},
                             "objects": {"kind": "folder", "folder": "o"})" + more + "}");
  Read found;
  found.target = read_target(folder.file("t.json"), sets, found.problems);
  return found;
}

TEST_CASE("target file: every typo is told at once, with its place and what may be meant") {
  const live::DrillFolder folder;
  const Read wrong = read(folder, R"(, "cashe": {}, "database": {"port": "x", "pasword": {}},
                                     "lock": "databse", "steady": "5 fortnights",
                                     "processes": [{"name": "api/0", "control": "nowhere"}])");
  CHECK(!wrong.target);
  CHECK(wrong.says("/cashe", "cache"));
  CHECK(wrong.says("/database/port"));
  CHECK(wrong.says("/database/pasword", "password"));
  CHECK(wrong.says("/lock", "database"));
  CHECK(wrong.says("/steady"));
  CHECK(wrong.says("/processes/0/control", "host:port"));
  for (const engine::Problem& one : wrong.problems.all()) {
    CHECK(one.file.find("t.json") != std::string::npos);
  }
}

TEST_CASE("target file: what a draft leaves open is told with its line, wherever it stands") {
  const live::DrillFolder folder;
  const std::string draft = R"(, "platform": "attached",
    "marker": {"kind": "http", "url": "http://127.0.0.1:1/{fill_in_marker_page}"},
    "attach": {"request": {"url": "http://127.0.0.1:1/x", "id": "/{fill_in_id}",
                           "fields": [{"at": "/a", "value": "{key}"}]},
               "inputs": [{"name": "{fill_in_dataset}"}]})";
  const Read open = read(folder, draft);
  CHECK(!open.target);
  CHECK(open.says("/marker/url", "{fill_in_marker_page} is still to be filled in"));
  CHECK(open.says("/attach/request/id", "{fill_in_id}"));
  CHECK(open.says("/attach/inputs/0/name", "{fill_in_dataset}"));
  for (const engine::Problem& one : open.problems.all()) {
    CHECK((one.line > 0 || one.what.find("fill_in") == std::string::npos));
  }
  CHECK(!read(folder, draft, {"attach.request.id=/id"}).says("/attach/request/id"));
}

TEST_CASE("target file: what the load leaves is found by the run's id, or it is an error") {
  const live::DrillFolder folder;
  const auto with = [&folder](const std::string& belongings) {
    return read(folder, R"(, "platform": "attached", "attach": {
      "request": {"url": "http://127.0.0.1:1/x"}, "status": {"url": "http://127.0.0.1:1/x/{id}"},
      "words": {"succeeded": ["ok"]}, "belongings": [)" + belongings + "]}");
  };
  CHECK(with(R"({"what": "orders", "kind": "rows", "table": "shop.orders",
                 "where": "starts_with(ref, {run})"},
                {"what": "parts", "kind": "objects", "object": "out/*/{run}-*/"},
                {"what": "old", "kind": "statements", "count": "select f({run})",
                 "remove": "select g({run})"},
                {"what": "pages", "kind": "page", "url": "http://127.0.0.1:1/x?ref={run}",
                 "each": "http://127.0.0.1:1/x/{id}"})")
            .problems.empty());
  const Read wrong = with(R"({"what": "a", "kind": "rows", "table": "orders; drop table x",
                              "where": "true"},
                             {"what": "b", "kind": "rows", "table": "orders",
                              "where": "ref like '{run}-%'"},
                             {"what": "c", "kind": "statements", "count": "select f({run})",
                              "remove": "delete from orders"},
                             {"what": "d", "kind": "objects", "object": "out/"},
                             {"what": "e", "kind": "page", "url": "http://127.0.0.1:1/x",
                              "each": "http://127.0.0.1:1/x"},
                             {"what": "f", "kind": "rows", "table": "orders"},
                             {"what": "g", "kind": "keys"})");
  CHECK(!wrong.target);
  CHECK(wrong.says("/attach/belongings/0/table", "no name"));
  CHECK(wrong.says("/attach/belongings/0/where", "{run}"));
  CHECK(wrong.says("/attach/belongings/1/where", "within quotes"));
  CHECK(wrong.says("/attach/belongings/2/remove", "{run}"));
  CHECK(wrong.says("/attach/belongings/3/object", "{run}"));
  CHECK(wrong.says("/attach/belongings/4/url", "{run}"));
  CHECK(wrong.says("/attach/belongings/4/each", "{id}"));
  CHECK(wrong.says("/attach/belongings/5/where", "missing"));
  CHECK(wrong.says("/attach/belongings/6/kind"));
  for (const engine::Problem& one : wrong.problems.all()) CHECK(one.line > 0);
}

TEST_CASE("target file: what begins with prod is production") {
  const live::DrillFolder folder;
  for (const char* name : {"production", "prod", "PROD-eu", "Production"}) {
    CHECK(read(folder, "", {std::string("environment=") + name}).target->is_production());
  }
  for (const char* name : {"test", "staging", "pro", "preprod"}) {
    CHECK(!read(folder, "", {std::string("environment=") + name}).target->is_production());
  }
}

TEST_CASE("target file: encryption and logins are whole, and none of it is written in vain") {
  const live::DrillFolder folder;
  CHECK(read(folder, "").target);
  const Read whole = read(folder, "", {"kafka.security=sasl_ssl", "kafka.user=ada",
                                       "kafka.password.env=P", "kafka.ca=ca.pem",
                                       "database.sslmode=verify-full", "database.ca=ca.pem"});
  REQUIRE_MESSAGE(whole.target, whole.problems.text());
  CHECK(whole.target->kafka.ca == folder.file("ca.pem"));
  CHECK(whole.target->database.ca == folder.file("ca.pem"));
  const Read lacking = read(folder, "", {"kafka.security=sasl_plaintext",
                                         "database.sslmode=verify-ca"});
  CHECK(lacking.says("/kafka/user"));
  CHECK(lacking.says("/kafka/password"));
  CHECK(lacking.says("/database/ca"));
  const Read vain = read(folder, "", {"kafka.user=ada", "kafka.ca=ca.pem", "database.ca=ca.pem",
                                      "objects.ca=ca.pem"});
  for (const char* place : {"/kafka/user", "/kafka/ca", "/database/ca", "/objects/ca"}) {
    CHECK_MESSAGE(vain.says(place), place);
  }
  CHECK(read(folder, "", {"kafka.security=tls"}).says("/kafka/security", "ssl"));
  CHECK(read(folder, "", {"kafka.mechanism=GSSAPI"}).says("/kafka/mechanism"));
}

}  // namespace
}  // namespace wavetank::app
