#include "app/live/target_file.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

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

TEST_CASE("target file: an override is named by the option that it came from") {
  const live::DrillFolder folder;
  const auto names = [&folder](const char* set, const std::string& hint) {
    const Read wrong = read(folder, "", {set});
    REQUIRE(wrong.problems.all().size() == 1);
    const engine::Problem& one = wrong.problems.all().front();
    CHECK(one.file == std::string("--set-target ") + set);
    CHECK_MESSAGE(one.hint.find(hint) != std::string::npos, one.hint);
  };
  names("scale.rate=0.5x", "\"50%\"");
  names("database.prot=1", "port");
  names("steady", "Write --set-target path=value, such as --set-target database.port=5433.");
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

TEST_CASE("target file: what asks a foreign platform carries the run, and can be filled in") {
  const live::DrillFolder folder;
  const std::string whole = R"(, "platform": "attached",
    "attach": {"request": {"url": "http://127.0.0.1:1/x",
                           "fields": [{"at": "/a", "value": "{entity}"},
                                      {"at": "/b", "value": "{key}"}]},
               "status": {"url": "http://127.0.0.1:1/x/{id}"},
               "words": {"succeeded": ["done"]}})";
  const Read good = read(folder, whole);
  REQUIRE_MESSAGE(good.target, good.problems.text());
  const std::string last = "attach.request.fields.1.value=";
  const Read nobodys = read(folder, whole, {last + "x"});
  CHECK(!nobodys.target);
  CHECK(nobodys.says("/attach/request", "no request carries {key} or {version}"));
  // A header may go unkept; what is asked for may not.
  const std::string header = R"(attach.headers=[{"name": "Key", "value": "{key}"}])";
  CHECK(!read(folder, whole, {last + "x", header}).target);
  for (const char* carries : {"attach.request.url=http://127.0.0.1:1/{key}",
                              "attach.request.fields.0.value=v-{version}"}) {
    CHECK_MESSAGE(read(folder, whole, {last + "x", carries}).target, carries);
  }
  const Read open = read(folder, whole, {"attach.request.url=http://127.0.0.1:1/{where}",
                                         "attach.status.url=http://127.0.0.1:1/{id}/{part}",
                                         "attach.output.object=o/{id}/{run}/{date}",
                                         R"(attach.headers=[{"name": "H", "value": "{who}"}])"});
  CHECK(open.says("/attach/request/url", "nothing fills in {where}"));
  CHECK(open.says("/attach/status/url", "{part}"));
  CHECK(open.says("/attach/output/object", "{date}"));
  CHECK(open.says("/attach/headers/0/value", "{who}"));
  CHECK(open.problems.all().size() == 4);
}

TEST_CASE("target file: what the load leaves is found by the run's id, or it is an error") {
  const live::DrillFolder folder;
  const auto with = [&folder](const std::string& belongings) {
    return read(folder, R"(, "platform": "attached", "attach": {
      "request": {"url": "http://127.0.0.1:1/{key}"},
      "status": {"url": "http://127.0.0.1:1/x/{id}"},
      "words": {"succeeded": ["ok"]}, "belongings": [)" + belongings + "]}");
  };
  CHECK(with(R"x({"what": "orders", "kind": "rows", "table": "shop.orders",
                 "where": "starts_with(ref, {run})"},
                {"what": "parts", "kind": "objects", "object": "out/*/{run}-*/"},
                {"what": "old", "kind": "statements", "count": "select f({run})",
                 "remove": "select g({run})"},
                {"what": "pages", "kind": "page", "url": "http://127.0.0.1:1/x?ref={run}",
                 "each": "http://127.0.0.1:1/x/{id}"})x")
            .problems.empty());
  const Read wrong = with(R"x({"what": "a", "kind": "rows", "table": "orders; drop table x",
                              "where": "true"},
                             {"what": "b", "kind": "rows", "table": "orders",
                              "where": "ref like '{run}-%'"},
                             {"what": "c", "kind": "statements", "count": "select f({run})",
                              "remove": "delete from orders"},
                             {"what": "d", "kind": "objects", "object": "out/"},
                             {"what": "e", "kind": "page", "url": "http://127.0.0.1:1/x",
                              "each": "http://127.0.0.1:1/x"},
                             {"what": "f", "kind": "rows", "table": "orders"},
                             {"what": "g", "kind": "keys"})x");
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
                                       "database.sslmode=verify-full", "database.ca=ca.pem",
                                       "cache.tls=true", "cache.ca=ca.pem"});
  REQUIRE_MESSAGE(whole.target, whole.problems.text());
  CHECK(whole.target->kafka.ca == folder.file("ca.pem"));
  CHECK(whole.target->database.ca == folder.file("ca.pem"));
  CHECK(whole.target->cache.ca == folder.file("ca.pem"));
  const Read lacking = read(folder, "", {"kafka.security=sasl_plaintext",
                                         "database.sslmode=verify-ca"});
  CHECK(lacking.says("/kafka/user"));
  CHECK(lacking.says("/kafka/password"));
  CHECK(lacking.says("/database/ca"));
  const Read vain = read(folder, "", {"kafka.user=ada", "kafka.ca=ca.pem", "database.ca=ca.pem",
                                      "cache.ca=ca.pem", "objects.ca=ca.pem"});
  for (const char* place :
       {"/kafka/user", "/kafka/ca", "/database/ca", "/cache/ca", "/objects/ca"}) {
    CHECK_MESSAGE(vain.says(place), place);
  }
  CHECK(read(folder, "", {"kafka.security=tls"}).says("/kafka/security", "ssl"));
  CHECK(read(folder, "", {"kafka.mechanism=GSSAPI"}).says("/kafka/mechanism"));
}

TEST_CASE("target file: what is struck has one way for each name and fault, and serves somebody") {
  const live::DrillFolder folder;
  const std::string attached = R"(, "platform": "attached",
    "attach": {"request": {"url": "http://127.0.0.1:1/x", "id": "/id",
                           "fields": [{"at": "/a", "value": "{key}"}]},
               "status": {"url": "http://127.0.0.1:1/x/{id}"}, "words": {"succeeded": ["ok"]}})";
  const auto with = [&](const std::string& lists) { return read(folder, attached + lists); };
  const std::string act = R"("apply": ["a"], "undo": ["b"], "verify": ["c"])";
  const std::string signal = R"(, "signals": [{"name": "runner", "pid_file": "r.pid"}])";
  const Read apart = with(signal + R"(, "actions": [{"name": "broker", )" + act +
                          R"(}, {"name": "broker", "as": "pause", )" + act + "}]");
  REQUIRE_MESSAGE(apart.target, apart.problems.text());
  CHECK(apart.target->actions[0].as == "crash");
  CHECK(apart.target->actions[1].as == "pause");
  const Read both = with(signal + R"(, "actions": [{"name": "runner", "as": "pause", )" + act +
                         "}]");
  CHECK(both.says("/actions/0/name", "\"runner\": its pause is done by /signals/0 already"));
  const Read twice = with(R"(, "actions": [{"name": "a", )" + act + R"(}, {"name": "a", )" + act +
                          R"(}], "signals": [{"name": "b", "pid_file": "b.pid"},
                                             {"name": "b", "pid_file": "c.pid"}])");
  CHECK(twice.says("/actions/1/name", "crash is done by /actions/0"));
  CHECK(twice.says("/signals/1/name", "/signals/0"));
  CHECK(with(R"(, "actions": [{"name": "a", "as": "pauze", )" + act + "}]")
            .says("/actions/0/as", "pause"));
  // Our own platform needs neither, and would not look at them.
  const Read own = read(folder, signal + R"(, "actions": [{"name": "a", )" + act + "}]");
  CHECK(own.says("/signals", "can be struck without it"));
  CHECK(own.says("/actions", "can be struck without it"));
}

TEST_CASE("target file: pages that a run's own client asks for are http") {
  const live::DrillFolder folder;
  const Read wrong = read(folder, R"(, "platform": "attached",
    "attach": {"request": {"url": "https://h/x", "id": "/id",
                           "fields": [{"at": "/a", "value": "{key}"}]},
               "status": {"url": "https://h/x/{id}"}, "output": {"url": "https://h/o/{id}"},
               "words": {"succeeded": ["ok"]}})");
  for (const char* place : {"/attach/request/url", "/attach/status/url", "/attach/output/url"}) {
    CHECK_MESSAGE(wrong.says(place, "http:// URL"), place);
  }
}

TEST_CASE("target file: no password stands in the open, and no cap is nothing") {
  const live::DrillFolder folder;
  const Read wrong = read(folder, R"(, "otlp": "http://me:s3cret@h:4318",
    "toxiproxy": "at me@h, see http://h/", "objects": {"endpoint": "ssh://me@h"},
    "notify": {"url": "https://h/a@b"}, "limits": {"max_rate": "0/s", "max_bytes": "0B"})");
  CHECK(wrong.says("/otlp", "secret"));
  for (const char* good : {"/notify/url", "/toxiproxy", "/objects/endpoint"}) {
    CHECK_FALSE(wrong.says(good, "no user or password"));
  }
  CHECK(wrong.says("/limits/max_rate", "more than 0"));
  CHECK(wrong.says("/limits/max_bytes"));
}

TEST_CASE("target file: its schema knows every section") {
  const auto schema = nlohmann::json::parse(target_schema());
  for (const char* section : {"database", "marker", "limits", "attach", "notify"}) {
    CHECK_MESSAGE(schema["properties"].contains(section), section);
  }
}

}  // namespace
}  // namespace wavetank::app
