// What is wrong with a target's services is said with the line of its file that is to be looked at.

#include "system/live/service_check.h"

#include "tests/live/drill_folder.h"
#include "tests/live/fixture.h"
#include "tests/live/loopback.h"

namespace wavetank::live {
namespace {

std::string place(const std::string& service, const std::string& what) {
  return service_trouble(service, what).pointer;
}

std::vector<std::string> places(const Target& target, ServicesWanted wanted = {}) {
  std::vector<std::string> all;
  for (const ServiceTrouble& one : check_services(target, wanted)) {
    CHECK(one.what.find("not-the-password") == std::string::npos);
    all.push_back(one.pointer);
  }
  return all;
}

TEST_CASE("service check: what a service says leads to a line of the target file") {
  CHECK(place("database", "FATAL: password authentication failed for user \"w\"") ==
        "/database/password");
  CHECK(place("database", "FATAL: database \"x\" does not exist") == "/database/name");
  CHECK(place("database", "FATAL: role \"x\" does not exist") == "/database/user");
  CHECK(place("database", "server does not support SSL, but SSL was required") ==
        "/database/sslmode");
  CHECK(place("database", "Connection refused") == "/database/port");
  CHECK(place("cache", "WRONGPASS invalid username-password pair") == "/cache/password");
  CHECK(place("cache", "no answer in time; it speaks TLS there") == "/cache/tls");
  CHECK(place("queue", "SASL SCRAM-SHA-256 mechanism handshake failed") == "/kafka/mechanism");
  CHECK(place("queue", "unexpected eof (after 5ms in state SSL_HANDSHAKE)") == "/kafka/security");
  CHECK(place("queue", "Disconnected while requesting ApiVersion") == "/kafka/security");
  CHECK(place("objects", "PUT http://h/b/k: 403 SignatureDoesNotMatch") == "/objects/secret_key");
  CHECK(place("objects", "PUT http://h/b/k: 404 NoSuchBucket") == "/objects/bucket");
  CHECK(place("nobody", "anything") == "");
}

TEST_CASE("service check: what is not there is told all at once, and no TLS is heard in silence") {
  const std::string nobody = "127.0.0.1:" + std::to_string(closed_port());
  Target target;
  target.database.port = closed_port();
  target.cache.port = closed_port();
  target.kafka.brokers = nobody;
  target.objects.kind = "s3";
  target.objects.endpoint = "http://" + nobody;
  target.objects.bucket = "b";
  CHECK(places(target) == std::vector<std::string>{"/database/port", "/kafka/brokers",
                                                   "/cache/port", "/objects/endpoint"});
  CHECK(places(target, {.topics = false, .cache = false, .objects = false}).size() == 2);
  CHECK(!speaks_tls(nobody));
}

TEST_CASE("service check: a cluster that is well passes; what its file has wrong is found") {
  const Target* whole = cluster();
  if (whole == nullptr) return;
  CHECK(places(*whole, {.topics = false}).empty());
  const DrillFolder folder;
  folder.write("wrong", "not-the-password\n");
  Secret wrong;
  wrong.file = folder.file("wrong");
  Target target = *whole;
  target.database.password = target.cache.password = target.objects.secret_key = wrong;
  target.kafka.prefix = "nowhere." + fresh_run();
  CHECK(places(target) == std::vector<std::string>{"/database/password", "/kafka/prefix",
                                                   "/cache/password", "/objects/secret_key"});
  target = *whole;
  target.database.sslmode = "verify-full";
  target.database.ca = folder.file("nowhere");
  target.kafka.security = "ssl";
  target.objects.bucket = "nowhere";
  CHECK(places(target, {.topics = false}) == std::vector<std::string>{"/database/ca",
                                                                      "/kafka/security",
                                                                      "/objects/bucket"});
}

}  // namespace
}  // namespace wavetank::live
