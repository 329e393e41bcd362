#include <unistd.h>

#include "system/live/drill/toxic_strike.h"
#include "system/live/drill/web.h"
#include "tests/live/drill_web_server.h"
#include "tests/live/fixture.h"

namespace wavetank::live {
namespace {

const Strike::Note no_note = [](const nlohmann::json&) { return Trouble(); };

/// A proxy of its own at the cluster's Toxiproxy, in front of a server of this process.
class Link {
 public:
  explicit Link(const std::string& api)
      : api_(api),
        name_("test-" + fresh_run()),
        server_([](const WebServer::Asked&) { return Told{}; }) {
    const nlohmann::json body = {{"name", name_},
                                 {"listen", "127.0.0.1:0"},
                                 {"upstream", "127.0.0.1:" + std::to_string(server_.port())}};
    const WebAnswer made = ask_web(json_request("POST", api + "/proxies", body.dump()));
    REQUIRE_MESSAGE(made.ok(), made.said());
    front_ = "http://" + nlohmann::json::parse(made.body)["listen"].get<std::string>();
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { ask_web(json_request("DELETE", api_ + "/proxies/" + name_)); }

  ToxicPlace place(int number) const { return {api_, name_, toxic_name(name_, number)}; }
  WebAnswer ask() const { return ask_web({.url = front_, .timeout = milliseconds(500)}); }
  std::size_t arrived() const { return server_.asked().size(); }

 private:
  std::string api_;
  std::string name_;
  WebServer server_;
  std::string front_;
};

TEST_CASE("drill: the strikes at a link do to real connections what they say") {
  const Target* target = cluster();
  if (target == nullptr) return;
  const Link link(target->toxiproxy);
  REQUIRE(link.ask().ok());
  const auto under = [&link](std::unique_ptr<Strike> strike, auto check) {
    REQUIRE(!strike->prepare());
    REQUIRE(!strike->apply(no_note));
    CHECK(strike->verify().has_value());
    check();
    // Another process undoes it, from its record.
    const auto other = read_strike(strike->record());
    REQUIRE(other);
    CHECK(!(*other)->undo());
    CHECK(!(*other)->undo());
    CHECK(!strike->verify());
    CHECK(link.ask().ok());
  };
  under(toxic_latency(link.place(1), milliseconds(1), milliseconds(0)),
        [&link] { CHECK(link.ask().ok()); });
  under(toxic_bandwidth(link.place(2), Bandwidth{1'000'000}, "upstream"),
        [&link] { CHECK(link.ask().ok()); });
  under(proxy_disabled(link.place(3)), [&link] {
    const auto before = link.arrived();
    CHECK(link.ask().trouble.find("connect") != std::string::npos);
    CHECK(link.arrived() == before);
  });
  // A lost reply: the request has its effect. A partition: it has none.
  under(toxic_silence(link.place(4), "downstream"), [&link] {
    const auto before = link.arrived();
    CHECK(link.ask().status == 0);
    CHECK(link.arrived() == before + 1);
  });
  under(toxic_silence(link.place(5), "upstream"), [&link] {
    const auto before = link.arrived();
    CHECK(link.ask().status == 0);
    CHECK(link.arrived() == before);
  });
  under(toxic_limit(link.place(6), Bytes{10}), [&link] { CHECK(link.ask().status == 0); });
}

}  // namespace
}  // namespace wavetank::live
