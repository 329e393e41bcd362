// No client connects to what is not in the list: not by a name that leads elsewhere by now, and not
// because a broker says so.

#include "system/live/drill/reach.h"

#include <arpa/inet.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "system/live/drill/web.h"
#include "system/live/http_client.h"
#include "system/live/kafka_client.h"
#include "system/live/kafka_topics.h"
#include "system/live/object_client.h"
#include "system/live/pq_session.h"
#include "system/live/redis_session.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"
#include "tests/live/fixture.h"
#include "tests/live/relay.h"

namespace wavetank::live {
namespace {

/// The list of this process, until the end of a test.
struct Limited {
  explicit Limited(std::vector<std::string> networks, Allowlist::Resolve resolve = {}) {
    Reach::limit(std::make_shared<const Allowlist>(networks, std::move(resolve)));
  }
  Limited(const Limited&) = delete;
  Limited& operator=(const Limited&) = delete;
  ~Limited() { Reach::limit(nullptr); }
};

/// Every name is at this address, until somebody moves it.
struct Names {
  std::string at;
  Allowlist::Resolve resolve() {
    return [this](const std::string&) {
      return Answer<std::vector<IpAddress>>(std::vector<IpAddress>{*parse_address(at)});
    };
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <class Body>
std::string thrown_by(Body body) {
  try {
    body();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

sockaddr_in loopback(const char* address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  REQUIRE(::inet_pton(AF_INET, address, &to.sin_addr) == 1);
  return to;
}

TEST_CASE("reach: a process is limited from when it is told, and says what it was kept from") {
  const sockaddr_in near = loopback("127.0.0.1"), far = loopback("127.9.0.1");
  const auto may = [](const sockaddr_in& to) {
    return Reach::permits(reinterpret_cast<const sockaddr&>(to));
  };
  CHECK(may(far));
  {
    const Limited limited({"127.0.0.0/16"});
    CHECK(may(near));
    CHECK(!may(far));
    CHECK(beyond_reach(reinterpret_cast<const sockaddr&>(far)) == "127.9.0.1 is not in `allow`");
    CHECK(Reach::addresses("127.9.0.1").why() ==
          "127.9.0.1 is not in `allow`; if it may be touched, add 127.9.0.1/32");
    CHECK(*Reach::addresses("/run/postgresql") == std::vector<std::string>{"/run/postgresql"});
  }
  CHECK(may(far));
  CHECK(*Reach::addresses("anything") == std::vector<std::string>{"anything"});
}

// These look names up by themselves: "localhost" was one address when it was checked, and is
// another, by the system, when they connect.
TEST_CASE("reach: a page whose name has moved is not asked") {
  WebServer server([](const WebServer::Asked&) { return Told{}; });
  Names names{"127.0.0.2"};
  const Limited limited({"127.0.0.2/32"}, names.resolve());
  CHECK(*Reach::addresses("localhost") == std::vector<std::string>{"127.0.0.2"});
  const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";
  const WebAnswer answer = ask_web({.url = url});
  CHECK(answer.status == 0);
  CHECK(has(answer.trouble, "1 is not in `allow`"));
  CHECK(server.asked().empty());
  // The user's own webhook is not of the platform.
  CHECK(ask_web({.url = url, .in_reach = false}).ok());
}

TEST_CASE("reach: an object store whose name has moved is not asked") {
  WebServer server([](const WebServer::Asked&) { return Told{}; });
  const DrillFolder folder;
  folder.write("key", "k\n");
  ObjectsTarget target;
  target.kind = "s3";
  target.endpoint = "http://localhost:" + std::to_string(server.port());
  target.bucket = "b";
  target.access_key.file = target.secret_key.file = folder.file("key");
  const auto client = open_objects(target);
  {
    const Limited limited({"127.0.0.2/32"});
    CHECK(client->head("x").failure() == Failure::refused);
    CHECK(has(client->trouble(), "1 is not in `allow`"));
    CHECK(server.asked().empty());
  }
  CHECK(client->head("x").ok());
}

TEST_CASE("reach: a request of the load goes nowhere else") {
  WebServer server([](const WebServer::Asked&) { return Told{}; });
  boost::asio::io_context io;
  HttpClient client(io);
  const Limited limited({"127.0.0.2/32"});
  std::optional<Fetched> got;
  client.fetch({.url = "http://localhost:" + std::to_string(server.port())},
               [&got](Fetched fetched) { got = std::move(fetched); });
  while (!got) io.run_one();
  CHECK(has(got->error, "which may not be touched"));
  CHECK(server.asked().empty());
}

// These are told the addresses that were checked, and connect to no other.
TEST_CASE("reach: a database and a cache whose names move are lost, not followed") {
  const Target* whole = cluster();
  if (whole == nullptr) return;
  Names names{"127.0.0.1"};
  const Limited limited({"127.0.0.1/32"}, names.resolve());
  Target target = *whole;
  target.database.host = target.cache.host = "platform.invalid";
  SocketWatch watch;
  const auto database = [&] {
    PqSession(target.database, "reach", whole_seconds(5), watch).transact([](pqxx::work& work) {
      work.exec("select 1");
    });
  };
  const auto cache = [&] { RedisSession(target.cache).ask({"PING"}, whole_seconds(5)); };
  // No resolver but ours knows this name: they go where it says.
  CHECK(thrown_by(database) == "");
  CHECK(thrown_by(cache) == "");
  names.at = "127.0.0.2";
  for (const std::string& what : {thrown_by(database), thrown_by(cache)}) {
    CAPTURE(what);
    CHECK(has(what, "platform.invalid, which is 127.0.0.2, is not in `allow`"));
  }
}

/// The broker, as it is met at another address; it goes on advertising its own.
class OtherDoor {
 public:
  explicit OtherDoor(const std::string& broker) : relay_(io_, broker, "127.0.0.2") {
    thread_ = std::thread([this] { io_.run(); });
  }
  OtherDoor(const OtherDoor&) = delete;
  OtherDoor& operator=(const OtherDoor&) = delete;
  ~OtherDoor() {
    io_.stop();
    thread_.join();
  }
  std::string address() const { return relay_.address(); }

 private:
  boost::asio::io_context io_;
  Relay relay_;
  std::thread thread_;
};

TEST_CASE("reach: an advertised broker outside the list is not connected to") {
  const Target* whole = cluster();
  if (whole == nullptr) return;
  const OtherDoor door(whole->kafka.brokers);
  KafkaTarget target = whole->kafka;
  target.prefix = "wavetank-test." + fresh_run() + ".";
  target.brokers = door.address();
  {
    const Limited limited({"127.0.0.2/32"});
    // The door itself answers, and names the broker, which would have to make the topics.
    CHECK(check_topics(target, false, whole_seconds(20)) == "");
    KafkaLog log;
    const std::string wrong = create_topics(target, log, whole_seconds(3));
    CAPTURE(wrong);
    CHECK(has(wrong, "127.0.0.1 is not in `allow`"));
  }
  {
    const Limited limited({"127.0.0.1/32"});
    CHECK(has(check_topics(target, false, whole_seconds(5)), "127.0.0.2 is not in `allow`"));
  }
  const Limited limited({"127.0.0.0/8"});
  KafkaLog log;
  CHECK(create_topics(target, log, whole_seconds(20)) == "");
  CHECK(delete_topics(target, log, whole_seconds(20)) == "");
}

}  // namespace
}  // namespace wavetank::live
