#include "system/live/drill/web.h"

#include "tests/live/drill_web_server.h"

namespace wavetank::live {
namespace {

TEST_CASE("drill: a request carries its method, headers and body, and brings back the answer") {
  WebServer server([](const WebServer::Asked&) { return Told{201, "made\nand more"}; });
  const WebAnswer reply = ask_web(json_request("POST", server.url() + "/things", "{\"a\":1}"));
  CHECK(reply.ok());
  CHECK(reply.status == 201);
  CHECK(reply.body == "made\nand more");
  CHECK(reply.said() == "HTTP 201: made");
  const auto asked = server.asked();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].method == "POST");
  CHECK(asked[0].path == "/things");
  CHECK(asked[0].body == "{\"a\":1}");
  CHECK(asked[0].head.find("Content-Type: application/json") != std::string::npos);
}

TEST_CASE("drill: what fails on the way is told and never thrown") {
  WebServer server([](const WebServer::Asked& asked) {
    if (asked.path == "/away") return Told{.hang_up = true};
    return Told{200, std::string(3'000, 'x')};
  });
  CHECK(ask_web({.url = server.url() + "/away"}).status == 0);
  CHECK(!ask_web({.url = server.url() + "/away"}).trouble.empty());
  CHECK(ask_web({.url = server.url(), .most = Bytes{3'000}}).ok());
  const WebAnswer big = ask_web({.url = server.url(), .most = Bytes{2'999}});
  CHECK(big.status == 0);
  CHECK(big.trouble.find("more than 2999 bytes") != std::string::npos);
  CHECK(!ask_web({.url = "http://127.0.0.1:1/"}).trouble.empty());
  CHECK(!ask_web({.url = "file:///etc/hostname"}).trouble.empty());
  CHECK(!ask_web({.url = ""}).trouble.empty());
}

TEST_CASE("drill: a redirect is not followed") {
  WebServer server([](const WebServer::Asked&) { return Told{302, ""}; });
  CHECK(ask_web({.url = server.url()}).status == 302);
  CHECK(server.asked().size() == 1);
}

}  // namespace
}  // namespace wavetank::live
