#include "system/live/drill/allowlist.h"

#include <doctest/doctest.h>
#include <netinet/in.h>

#include "system/live/drill/limits.h"

namespace wavetank::live {
namespace {

IpAddress address(const std::string& text) {
  const auto parsed = parse_address(text);
  REQUIRE(parsed);
  return *parsed;
}

TEST_CASE("drill: a network holds its addresses, to the bit, in either spelling of v4") {
  const Allowlist list({"127.0.0.0/8", "10.20.0.0/14", "192.168.7.9", "2001:db8::/33", "::1/128"});
  for (const char* in : {"127.0.0.1", "127.255.255.255", "::ffff:127.0.0.1", "10.20.0.0",
                         "10.23.255.255", "192.168.7.9", "2001:db8:7fff::1", "::1"}) {
    CAPTURE(in);
    CHECK(list.allows(address(in)));
  }
  for (const char* out : {"128.0.0.1", "126.255.255.255", "10.24.0.0", "10.19.255.255",
                          "192.168.7.8", "2001:db8:8000::1", "::2", "::127.0.0.1", "0.0.0.0"}) {
    CAPTURE(out);
    CHECK(!list.allows(address(out)));
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(list.allows(reinterpret_cast<const sockaddr&>(four)));
  four.sin_addr.s_addr = htonl(0x08080808);
  CHECK(!list.allows(reinterpret_cast<const sockaddr&>(four)));
}

TEST_CASE("drill: what is no network is told, and allows nothing") {
  for (const char* text : {"", "localhost", "127.0.0.0/33", "127.0.0.0/", "127.0.0.0/x", "::1/129",
                           "127.0.0.0/-1", "300.0.0.1", "127.0.0.0/0008"}) {
    CAPTURE(text);
    CHECK(!parse_network(text));
  }
  CHECK(parse_network("0.0.0.0/0"));
  // No v4 address is reached through a v6 network, unless it is written so.
  CHECK(!Allowlist({"2000::/3"}).allows(address("127.0.0.1")));
  Target target;
  const auto wrong = Allowlist({"loopback"}).check(target);
  REQUIRE(wrong.size() == 3);
  CHECK(wrong[0] == "allow: \"loopback\" is no network such as 127.0.0.0/8");
}

TEST_CASE("drill: the host and port of whatever a target writes") {
  const auto split = [](const std::string& text) {
    const Endpoint one = endpoint_of("x", text);
    return one.host + ' ' + std::to_string(one.port);
  };
  CHECK(split("127.0.0.1:80") == "127.0.0.1 80");
  CHECK(split("http://s3.example:7070/a:b") == "s3.example 7070");
  CHECK(split("https://example/x") == "example 443");
  CHECK(split("http://127.0.0.1@evil.example/") == "evil.example 80");
  CHECK(split("http://[::1]:99/x") == "::1 99");
  CHECK(split("[::1]") == "::1 0");
  CHECK(split("::1") == "::1 0");
  CHECK(split("db") == "db 0");
}

TEST_CASE("drill: every address of a name must be allowed") {
  int asked = 0;
  const Allowlist list({"10.0.0.0/8"}, [&asked](const std::string& host) {
    ++asked;
    using Found = Answer<std::vector<IpAddress>>;
    if (host == "good") return Found({address("10.1.1.1"), address("10.1.1.2")});
    if (host == "mixed") return Found({address("10.1.1.1"), address("93.184.216.34")});
    if (host == "empty") return Found(std::vector<IpAddress>());
    return Found::none(host + " is not known");
  });
  const auto good = list.addresses("good");
  REQUIRE(good);
  CHECK(*good == std::vector<IpAddress>{address("10.1.1.1"), address("10.1.1.2")});
  CHECK(list.addresses("mixed").why() ==
        "mixed, which is 93.184.216.34, is not in `allow`; if it may be touched, add "
        "93.184.216.34/32");
  CHECK(list.addresses("::1").why() ==
        "::1 is not in `allow`; if it may be touched, add ::1/128");
  CHECK(list.addresses("empty").why() == "empty has no address");
  CHECK(list.addresses("other").why() == "other is not known");
  CHECK(asked == 4);
  CHECK(list.addresses("10.9.9.9"));
  CHECK(asked == 4);
}

TEST_CASE("drill: all that a target names is checked, each with its place") {
  Target target;
  target.kafka.brokers = "127.0.0.1:1,inside:2,outside:3";
  target.objects.kind = "s3";
  target.objects.endpoint = "http://outside:7070";
  target.processes = {{"api/0", "127.0.0.1:4", "outside:5"}};
  target.toxiproxy = "http://inside:8474";
  target.marker.kind = "http";
  target.marker.url = "http://unknown/marker";
  target.otlp = "http://outside:4318";
  const Allowlist list(target.allow, [](const std::string& host) {
    using Found = Answer<std::vector<IpAddress>>;
    if (host == "unknown") return Found::none("unknown: no such name");
    return Found({address(host == "inside" ? "127.0.0.9" : "8.8.8.8")});
  });
  auto wrong = list.check(target);
  REQUIRE(wrong.size() == 5);
  CHECK(wrong[0].starts_with("kafka.brokers: outside, which is 8.8.8.8, is not in `allow`"));
  CHECK(wrong[1].starts_with("objects.endpoint: outside"));
  CHECK(wrong[2].starts_with("processes, api/0, control: outside"));
  CHECK(wrong[3].starts_with("otlp: outside"));
  CHECK(wrong[4] == "marker.url: unknown: no such name");
  // What has no address now is left to who connects.
  wrong.pop_back();
  CHECK(list.outside(target) == wrong);
}

TEST_CASE("drill: everything over the limits is told with both numbers, and 0 is no cap") {
  LimitsTarget limits;
  limits.max_rate = {100};
  limits.max_in_flight = 50;
  limits.max_bytes = Bytes{1'000};
  limits.max_duration = minutes(10);
  limits.max_targets = 2;
  DrillSize size{{100}, 50, Bytes{1'000}, minutes(10), 2};
  CHECK(over_limits(size, limits).empty());
  size = {{100.5}, 51, Bytes{1'001}, minutes(11), 3};
  const auto over = over_limits(size, limits);
  REQUIRE(over.size() == 5);
  CHECK(over[0] == "the load may reach 100.5/s, limits.max_rate is 100/s");
  CHECK(over[3] == "the run may take 660 s, limits.max_duration is 600 s");
  CHECK(over[4] == "nodes and links that faults touch are 3, limits.max_targets is 2");
  CHECK(over_limits(size, {{0}, 0, Bytes{0}, {}, 0}).empty());
}

}  // namespace
}  // namespace wavetank::live
