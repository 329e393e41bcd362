// An attached platform is well when it says so: by its health pages, or at least by answering.

#include "system/live/attach_health.h"

#include <atomic>

#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"
#include "tests/live/loopback.h"

namespace wavetank::live {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("attach health: every page must answer 2xx, and is asked with the headers of requests") {
  std::atomic<int> status{200};
  WebServer server([&status](const WebServer::Asked& asked) {
    return Told{asked.path == "/ready" ? status.load() : 200, "why not"};
  });
  const DrillFolder folder;
  folder.write("token", "open-sesame\n");
  Target target;
  target.attach.request.url = "http://127.0.0.1:1/{key}";
  target.attach.health = {server.url() + "/live", server.url() + "/ready"};
  target.attach.headers = {{"Authorization", "Bearer ", {}}};
  target.attach.headers[0].secret.file = folder.file("token");
  CHECK(attached_unwell(target).empty());
  status = 503;
  const auto wrong = attached_unwell(target);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0] == server.url() + "/ready: HTTP 503: why not");
  REQUIRE(server.asked().size() == 4);
  for (const auto& asked : server.asked()) {
    CHECK(has(asked.head, "Authorization: Bearer open-sesame"));
  }
  target.attach.headers[0].secret.file = folder.file("nowhere");
  REQUIRE(attached_unwell(target).size() == 1);
  CHECK(server.asked().size() == 4);
}

TEST_CASE("attach health: without a page its server must answer, and nothing above 499") {
  std::atomic<int> status{404};
  WebServer server([&status](const WebServer::Asked&) { return Told{status.load(), ""}; });
  Target target;
  target.attach.request.url = server.url() + "/orders/{key}";
  CHECK(attached_unwell(target).empty());
  REQUIRE(server.asked().size() == 1);
  CHECK(server.asked()[0].path == "/");
  status = 502;
  CHECK(attached_unwell(target) == std::vector<std::string>{server.url() + "/: HTTP 502"});
  target.attach.request.url = "http://127.0.0.1:" + std::to_string(closed_port()) + "/orders";
  CHECK(attached_unwell(target).size() == 1);
}

}  // namespace
}  // namespace wavetank::live
