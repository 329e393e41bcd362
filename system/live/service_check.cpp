#include "system/live/service_check.h"

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include "system/live/curl_reach.h"
#include "system/live/curl_ready.h"
#include "system/live/kafka_topics.h"
#include "system/live/object_client.h"
#include "system/live/pq_session.h"
#include "system/live/redis_session.h"

namespace wavetank::live {
namespace {

constexpr Duration patience = whole_seconds(5);
constexpr long tls_patience_ms = 2'000;

/// What a service says when something in the target's file is wrong, and where that stands.
struct Sign {
  const char* service;
  const char* words;
  const char* pointer;
  const char* hint;
};

constexpr const char* tls_there = "It speaks TLS there, and the target says plain.";
constexpr const char* other_name = "The server's certificate is for other names.";

/// The first that fits. Words of a secret that cannot be read name no service.
constexpr Sign signs[] = {
    {"database", "secret file", "/database/password", "Is the file there, and readable to us?"},
    {"database", "environment variable", "/database/password", "Set it, or name a file."},
    {"database", "password", "/database/password", "Is it that of this user?"},
    {"database", "root certificate file", "/database/ca", "Is the file there, and readable to us?"},
    {"database", "does not match host name", "/database/host", other_name},
    {"database", "role \"", "/database/user", ""},
    {"database", "does not exist", "/database/name", ""},
    {"database", "does not support SSL", "/database/sslmode", "The server speaks plain: disable."},
    {"database", "certificate", "/database/ca", "Who signed the server's certificate?"},
    {"database", "pg_hba.conf", "/database/sslmode", "The server's pg_hba.conf decides who may."},
    {"database", "closed the connection", "/database/port", "Is PostgreSQL what listens there?"},
    {"database", "", "/database/port", "Does it run, and is this its address?"},
    {"cache", "secret file", "/cache/password", "Is the file there, and readable to us?"},
    {"cache", "environment variable", "/cache/password", "Set it, or name a file."},
    {"cache", "NOAUTH", "/cache/password", "It asks for a password."},
    {"cache", "password", "/cache/password", "Is it that of this server?"},
    {"cache", "mismatch", "/cache/host", other_name},
    {"cache", "certificate", "/cache/ca", "Who signed the server's certificate?"},
    {"cache", "TLS there", "/cache/tls", "Does it speak TLS there, and the target says so?"},
    {"cache", "TLS greeting", "/cache/tls", "Does it speak TLS there?"},
    {"cache", "", "/cache/port", "Does it run, and is this its address?"},
    {"queue", "secret file", "/kafka/password", "Is the file there, and readable to us?"},
    {"queue", "environment variable", "/kafka/password", "Set it, or name a file."},
    {"queue", "invalid credentials", "/kafka/password", "Is it that of this user?"},
    {"queue", "Invalid username or password", "/kafka/password", "Is it that of this user?"},
    {"queue", "SASL", "/kafka/mechanism", "Are mechanism, user and password those of the broker?"},
    {"queue", "wavetank migrate", "/kafka/prefix", ""},
    {"queue", "partitions", "/kafka/partitions", "A topic keeps those that it was made with."},
    {"queue", "ssl.ca.location failed", "/kafka/ca", "Is the file there, and readable to us?"},
    {"queue", "certificate", "/kafka/ca",
     "Who signed the broker's certificate, and for which of its names?"},
    {"queue", "SSL", "/kafka/security", "Does the broker speak TLS there?"},
    {"queue", "TLS", "/kafka/security", tls_there},
    {"queue", "ApiVersion", "/kafka/security", "Does the broker speak so there?"},
    {"queue", "", "/kafka/brokers", "Does it run, and is this its address?"},
    {"objects", "secret file", "/objects/secret_key", "Is the file there, and readable to us?"},
    {"objects", "environment variable", "/objects/secret_key", "Set it, or name a file."},
    {"objects", "SignatureDoesNotMatch", "/objects/secret_key", "Does it belong to access_key?"},
    {"objects", "InvalidAccessKeyId", "/objects/access_key", "The server does not know it."},
    {"objects", "NoSuchBucket", "/objects/bucket", "Nobody has made it."},
    {"objects", "wrong version number", "/objects/endpoint", "Plain there: write http://."},
    {"objects", "TLS there", "/objects/endpoint", "It speaks TLS there: write https://."},
    {"objects", "target host name", "/objects/endpoint", other_name},
    {"objects", "certificate", "/objects/ca", "Who signed the server's certificate?"},
    {"objects", " 403", "/objects/access_key", "Are the keys those of this server?"},
    {"objects", "", "/objects/endpoint", "Does it run, and is this its address?"},
};

/// A greeting in the clear is answered with silence or a hang-up by who waits for TLS.
std::string with_tls(std::string what, const std::string& at) {
  if (what.find("refused") == std::string::npos && speaks_tls(at)) what += "; it speaks TLS there";
  return what;
}

void ask_database(const DatabaseTarget& target) {
  SocketWatch watch;
  PqSession(target, "wavetank check", patience, watch).transact([](pqxx::work& work) {
    work.exec("select 1");
  });
}

void ask_cache(const CacheTarget& target) {
  try {
    RedisSession(target).ask({"PING"}, patience);
  } catch (const RedisError& error) {
    throw std::runtime_error(
        with_tls(error.what(), target.host + ":" + std::to_string(target.port)));
  }
}

void ask_objects(const ObjectsTarget& target) {
  const auto client = open_objects(target);
  client->limit(patience);
  std::string wrong = check_objects(*client, "wavetank-check/");
  if (wrong.empty()) return;
  const std::string plain = "http://";
  if (target.endpoint.starts_with(plain)) {
    wrong = with_tls(std::move(wrong), target.endpoint.substr(plain.size()));
  }
  throw std::runtime_error(wrong);
}

void ask_queue(const KafkaTarget& target, bool topics) {
  const std::string wrong = check_topics(target, topics, patience);
  if (!wrong.empty()) throw std::runtime_error(wrong);
}

}  // namespace

ServiceTrouble service_trouble(const std::string& service, const std::string& what) {
  for (const Sign& sign : signs) {
    if (service != sign.service || what.find(sign.words) == std::string::npos) continue;
    return {sign.pointer, what, sign.hint};
  }
  return {"", what, ""};
}

bool speaks_tls(const std::string& host_and_port) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(
      curl_ready() ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!curl) return false;
  // Nothing is sent over it, so nobody need be trusted.
  curl_easy_setopt(curl.get(), CURLOPT_URL, ("https://" + host_and_port).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, tls_patience_ms);
  std::string refused;
  keep_in_reach(curl.get(), refused);
  return curl_easy_perform(curl.get()) == CURLE_OK;
}

std::vector<ServiceTrouble> check_services(const Target& target, ServicesWanted wanted) {
  std::vector<ServiceTrouble> all;
  const auto ask = [&all](const char* service, const std::function<void()>& question) {
    try {
      question();
    } catch (const std::exception& error) {
      all.push_back(service_trouble(service, error.what()));
    }
  };
  ask("database", [&] { ask_database(target.database); });
  ask("queue", [&] { ask_queue(target.kafka, wanted.topics); });
  if (wanted.cache) ask("cache", [&] { ask_cache(target.cache); });
  if (wanted.objects) ask("objects", [&] { ask_objects(target.objects); });
  return all;
}

}  // namespace wavetank::live
