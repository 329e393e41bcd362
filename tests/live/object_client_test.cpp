// Object clients: one body against a folder and, where there is a cluster, its S3 server; and what
// servers answer on hard days.

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "system/live/object_store.h"
#include "tests/live/fixture.h"
#include "tests/live/scripted.h"
#include "tests/live/temp_folder.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

ObjectsTarget folder_target(const TempFolder& folder) {
  ObjectsTarget target;
  target.folder = folder.path / "objects";
  return target;
}

/// Runs a body against a client of each kind, below a prefix of its own.
template <class Body>
void on_each_client(Body body) {
  const TempFolder folder;
  std::vector<ObjectsTarget> targets{folder_target(folder)};
  if (const Target* target = cluster()) targets.push_back(target->objects);
  for (const ObjectsTarget& target : targets) {
    CAPTURE(target.kind);
    const std::string run = fresh_run();
    const auto client = open_objects(target);
    body(*client, target, run);
    REQUIRE(remove_run(*client, run).ok());
    CHECK(count_run(*client, run)->count == 0);
  }
}

PutOptions if_absent() {
  PutOptions options;
  options.if_absent = true;
  return options;
}

/// A server that answers one request with these bytes.
class Answering {
 public:
  explicit Answering(std::string answer)
      : server_([answer = std::move(answer)](int socket) {
          char bytes[4096];
          const auto got = ::read(socket, bytes, sizeof bytes);
          const auto sent = ::write(socket, answer.data(), answer.size());
          static_cast<void>(got);
          static_cast<void>(sent);
        }) {}
  ObjectsTarget target() const {
    ObjectsTarget made;
    made.kind = "s3";
    made.endpoint = "http://127.0.0.1:" + std::to_string(server_.port());
    made.bucket = "tank";
    made.access_key = secret("WAVETANK_TEST_ACCESS", "someone");
    made.secret_key = secret("WAVETANK_TEST_SECRET", "hush-hush");
    return made;
  }

 private:
  ScriptedServer server_;
};

std::string answer(const std::string& status, const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("live objects: what is put is read, whole and in part, with its metadata") {
  on_each_client([](ObjectClient& client, const ObjectsTarget&, const std::string& run) {
    const std::string key = run + "/e1/v2/part-00000 +&=é";
    std::string body;
    for (int i = 0; i < 100'000; ++i) body += static_cast<char>(i * 7);
    PutOptions options = if_absent();
    options.metadata = {{"rows-in", "12"}, {"digest", "00ff"}};
    REQUIRE_MESSAGE(client.put(key, {body, {}}, options).ok(), client.trouble());
    CHECK(*client.get(key, {}) == body);
    CHECK(*client.get(key, {10, 90}) == body.substr(10, 90));
    CHECK(*client.get(key, {99'990, 1'000}) == body.substr(99'990));
    CHECK(*client.get(key, {200'000, 5}) == "");
    const auto head = client.head(key);
    REQUIRE(head.ok());
    CHECK(head->size == 100'000);
    CHECK(head->metadata == options.metadata);
    const auto listed = client.list(run + "/", "", 10);
    REQUIRE(listed.ok());
    REQUIRE(listed->entries.size() == 1);
    CHECK(listed->entries[0].key == key);
    CHECK(listed->entries[0].size == 100'000);
  });
}

TEST_CASE("live objects: a file's bytes are put, and what is not there is not found") {
  on_each_client([](ObjectClient& client, const ObjectsTarget&, const std::string& run) {
    const TempFolder folder;
    std::ofstream(folder.path / "part") << "sixteen bytes ..";
    REQUIRE(client.put(run + "/file", {{}, folder.path / "part"}, {}).ok());
    CHECK(*client.get(run + "/file", {}) == "sixteen bytes ..");
    CHECK(client.put(run + "/none", {{}, folder.path / "none"}, {}).failure() == Failure::invalid);
    CHECK(client.get(run + "/none", {}).failure() == Failure::not_found);
    CHECK(client.head(run + "/none").failure() == Failure::not_found);
    CHECK(client.remove(run + "/none").ok());
    CHECK(client.list(run + "/none", "", 10)->entries.empty());
  });
}

TEST_CASE("live objects: of conditional puts at once one wins, and a blind one replaces") {
  on_each_client([](ObjectClient& client, const ObjectsTarget& target, const std::string& run) {
    std::vector<std::thread> writers;
    std::vector<int> won(6);
    for (std::size_t i = 0; i < won.size(); ++i) {
      writers.emplace_back([&, i] {
        const auto own = open_objects(target);
        for (;;) {
          const auto put = own->put(run + "/one", {std::to_string(i), {}}, if_absent());
          if (!put.ok() && put.failure() == Failure::throttled) continue;
          won[i] = put.ok() ? 1 : put.failure() == Failure::conflict ? 0 : -1;
          return;
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    int winners = 0;
    for (std::size_t i = 0; i < won.size(); ++i) {
      CHECK(won[i] >= 0);
      if (won[i] != 1) continue;
      ++winners;
      CHECK(*client.get(run + "/one", {}) == std::to_string(i));
    }
    CHECK(winners == 1);
    REQUIRE(client.put(run + "/one", {"blind", {}}, {}).ok());
    CHECK(*client.get(run + "/one", {}) == "blind");
    CHECK(check_objects(client, run + "/") == "");
  });
}

TEST_CASE("live objects: a listing comes in pages, in order, of its prefix only") {
  on_each_client([](ObjectClient& client, const ObjectsTarget&, const std::string& run) {
    for (int i = 0; i < 7; ++i) {
      REQUIRE(client.put(run + "/a/part-" + std::to_string(i), {"x", {}}, {}).ok());
    }
    REQUIRE(client.put(run + "/b/other", {"x", {}}, {}).ok());
    std::string after;
    std::vector<std::string> keys;
    int pages = 0;
    do {
      const auto page = client.list(run + "/a/part-", after, 3);
      REQUIRE(page.ok());
      CHECK(page->entries.size() <= 3);
      for (const ObjectEntry& entry : page->entries) keys.push_back(entry.key);
      after = page->next;
      ++pages;
    } while (!after.empty());
    CHECK(pages == 3);
    REQUIRE(keys.size() == 7);
    for (int i = 0; i < 7; ++i) CHECK(keys[i] == run + "/a/part-" + std::to_string(i));
    CHECK(count_run(client, run)->count == 8);
    CHECK(count_run(client, run)->bytes == 8);
  });
}

TEST_CASE("live objects: a run id that could mean more than its own objects is refused") {
  const TempFolder folder;
  const auto client = open_objects(folder_target(folder));
  REQUIRE(client->put("other/one", {"x", {}}, {}).ok());
  CHECK(remove_run(*client, "").failure() == Failure::invalid);
  CHECK(remove_run(*client, "other/one").failure() == Failure::invalid);
  CHECK(client->head("other/one").ok());
  for (const char* key : {"", "/etc/passwd", "../up", "a/../../up", "a//b", "a/"}) {
    CHECK(client->put(key, {"x", {}}, {}).failure() == Failure::invalid);
    CHECK(client->get(key, {}).failure() == Failure::invalid);
  }
}

TEST_CASE("live objects: a server's answers become failures, and their text names them") {
  struct Case {
    std::string answer;
    Failure failure;
    const char* told;
  };
  const Case cases[] = {
      {answer("412 Precondition Failed"), Failure::conflict, "412"},
      {answer("503 Slow Down", "<Error><Code>SlowDown</Code></Error>"), Failure::throttled,
       "503 SlowDown"},
      {answer("429 Too Many"), Failure::throttled, "429"},
      {answer("409 Conflict", "<Error><Code>ConditionalRequestConflict</Code></Error>"),
       Failure::throttled, "409"},
      {answer("403 Forbidden", "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
       Failure::invalid, "SignatureDoesNotMatch"},
      {answer("404 Not Found", "<Error><Code>NoSuchBucket</Code></Error>"), Failure::invalid,
       "NoSuchBucket"},
      {answer("404 Not Found", "<Error><Code>NoSuchKey</Code></Error>"), Failure::not_found,
       "NoSuchKey"},
      {answer("500 Oops"), Failure::unavailable, "500"},
      {answer("507 Insufficient Storage"), Failure::disk_full, "507"},
      {"", Failure::reset, "mpty reply"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this", Failure::reset, "GET"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.answer);
    const Answering server(c.answer);
    const auto client = open_objects(server.target());
    const auto got = client->get("some/key", {});
    REQUIRE(!got.ok());
    CHECK(got.failure() == c.failure);
    CHECK(client->trouble().find(c.told) != std::string::npos);
    CHECK(client->trouble().find("hush-hush") == std::string::npos);
  }
}

TEST_CASE("live objects: nobody there is refused, one who never answers times out or is given up") {
  Answering silent("");
  ObjectsTarget target = silent.target();
  target.endpoint = "http://127.0.0.1:" + std::to_string(closed_port());
  const auto nobody = open_objects(target);
  CHECK(nobody->get("key", {}).failure() == Failure::refused);
  for (const bool stop : {false, true}) {
    const ScriptedServer server(listen_to_the_end);
    target.endpoint = "http://127.0.0.1:" + std::to_string(server.port());
    const auto client = open_objects(target);
    client->limit(stop ? minutes(1) : milliseconds(200));
    client->watch([stop] { return stop; });
    CHECK(client->get("key", {}).failure() == (stop ? Failure::killed : Failure::timeout));
  }
}

TEST_CASE("live objects: wrong credentials and a bucket that is not there are told at once") {
  const Target* target = cluster();
  if (target == nullptr) return;
  ObjectsTarget wrong = target->objects;
  wrong.secret_key = secret("WAVETANK_TEST_SECRET", "hush-hush");
  const auto stranger = open_objects(wrong);
  CHECK(stranger->get("key", {}).failure() == Failure::invalid);
  CHECK(stranger->put("key", {"x", {}}, {}).failure() == Failure::invalid);
  ObjectsTarget missing = target->objects;
  missing.bucket = "no-such-bucket-here";
  const auto lost = open_objects(missing);
  CHECK(lost->put("key", {"x", {}}, {}).failure() == Failure::invalid);
  CHECK(lost->trouble().find("NoSuchBucket") != std::string::npos);
  CHECK(check_objects(*lost, "x/").find("cannot be written") != std::string::npos);
}

TEST_CASE("live objects: a target that lacks something is refused before anything is sent") {
  ObjectsTarget target;
  CHECK_THROWS_AS(open_objects(target), std::runtime_error);
  target.kind = "s3";
  CHECK_THROWS_AS(open_objects(target), std::runtime_error);
  target.endpoint = "http://127.0.0.1:1";
  CHECK_THROWS_AS(open_objects(target), std::runtime_error);
  target.bucket = "tank";
  target.access_key.env = "WAVETANK_TEST_NOT_SET";
  CHECK_THROWS_AS(open_objects(target), std::runtime_error);
}
