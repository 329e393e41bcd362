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

}  // namespace
}  // namespace wavetank::app
