#include "system/live/drill/toxic_strike.h"

#include <algorithm>

#include "system/live/drill/program.h"
#include "system/live/drill/web.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

constexpr const char* toxic_prefix = "wavetank-";

std::string proxy_url(const ToxicPlace& at) { return at.api + "/proxies/" + at.proxy; }

/// The proxy as it is now.
Answer<Json> read_proxy(const ToxicPlace& at) {
  const WebAnswer reply = ask_web({.url = proxy_url(at)});
  if (reply.status == 404) {
    return Answer<Json>::none("Toxiproxy at " + at.api + " has no proxy " + at.proxy);
  }
  if (!reply.ok()) return Answer<Json>::none("Toxiproxy: " + reply.said());
  Json proxy = Json::parse(reply.body, nullptr, false);
  if (!proxy.is_object()) return Answer<Json>::none(proxy_url(at) + " answers no JSON object");
  return proxy;
}

bool has_toxic(const Json& proxy, const std::string& name) {
  const auto toxics = proxy.find("toxics");
  if (toxics == proxy.end() || !toxics->is_array()) return false;
  return std::any_of(toxics->begin(), toxics->end(), [&name](const Json& one) {
    return one.is_object() && one.value("name", "") == name;
  });
}

Trouble must(const WebAnswer& reply) {
  if (reply.ok()) return std::nullopt;
  return "Toxiproxy: " + reply.said();
}

class ToxicStrike final : public Strike {
 public:
  ToxicStrike(ToxicPlace at, Json toxic) : at_(std::move(at)), toxic_(std::move(toxic)) {}

  Trouble prepare() override {
    const auto proxy = read_proxy(at_);
    if (!proxy) return proxy.why();
    if (has_toxic(*proxy, at_.name)) return "proxy " + at_.proxy + " has a toxic " + at_.name;
    return std::nullopt;
  }
  Trouble apply(const Note&) override {
    return must(ask_web(json_request("POST", proxy_url(at_) + "/toxics", toxic_.dump())));
  }
  Trouble undo() override {
    const WebAnswer reply = ask_web(json_request("DELETE", url()));
    if (reply.status == 404) return std::nullopt;
    return must(reply);
  }
  Trouble verify() override {
    const auto proxy = read_proxy(at_);
    if (!proxy) return proxy.why();
    if (has_toxic(*proxy, at_.name)) {
      return "toxic " + at_.name + " is still on proxy " + at_.proxy + " at " + at_.api;
    }
    return std::nullopt;
  }
  StrikeText describe() const override {
    std::string how;
    for (const auto& [name, value] : toxic_["attributes"].items()) {
      how += ' ' + name + '=' + value.dump();
    }
    return {"toxic " + toxic_["type"].get<std::string>() + how + ' ' +
                toxic_["stream"].get<std::string>() + " on proxy " + at_.proxy + " at " + at_.api,
            shell_line({"curl", "-fsS", "-X", "DELETE", url()})};
  }
  Json record() const override {
    return {{"kind", "toxic"}, {"api", at_.api}, {"proxy", at_.proxy}, {"toxic", toxic_}};
  }

 private:
  std::string url() const { return proxy_url(at_) + "/toxics/" + at_.name; }
  ToxicPlace at_;
  Json toxic_;
};

class ProxyStrike final : public Strike {
 public:
  explicit ProxyStrike(ToxicPlace at) : at_(std::move(at)) {}

  Trouble prepare() override {
    const auto proxy = read_proxy(at_);
    if (!proxy) return proxy.why();
    if (!proxy->value("enabled", false)) return "proxy " + at_.proxy + " is disabled already";
    return std::nullopt;
  }
  Trouble apply(const Note&) override { return enable(false); }
  Trouble undo() override { return enable(true); }
  Trouble verify() override {
    const auto proxy = read_proxy(at_);
    if (!proxy) return proxy.why();
    if (proxy->value("enabled", false)) return std::nullopt;
    return "proxy " + at_.proxy + " at " + at_.api + " is still disabled";
  }
  StrikeText describe() const override {
    return {"proxy " + at_.proxy + " at " + at_.api + " disabled: connections refused",
            shell_line({"curl", "-fsS", "-X", "POST", "-d", R"({"enabled":true})",
                        proxy_url(at_)})};
  }
  Json record() const override {
    return {{"kind", "proxy_disabled"}, {"api", at_.api}, {"proxy", at_.proxy}};
  }

 private:
  Trouble enable(bool wanted) {
    const Json body = {{"enabled", wanted}};
    return must(ask_web(json_request("POST", proxy_url(at_), body.dump())));
  }
  ToxicPlace at_;
};

std::unique_ptr<Strike> toxic(ToxicPlace at, const char* type, const std::string& stream,
                              double share, Json attributes) {
  Json body = {{"name", at.name},     {"type", type}, {"stream", stream},
               {"toxicity", share}, {"attributes", std::move(attributes)}};
  return std::make_unique<ToxicStrike>(std::move(at), std::move(body));
}

std::int64_t whole_ms(Duration d) { return d.ns / 1'000'000; }

}  // namespace

std::string toxic_name(const std::string& run, int number) {
  return toxic_prefix + run + '-' + std::to_string(number);
}

std::unique_ptr<Strike> toxic_latency(ToxicPlace at, Duration by, Duration jitter,
                                      const std::string& stream, double share) {
  return toxic(std::move(at), "latency", stream, share,
               {{"latency", whole_ms(by)}, {"jitter", whole_ms(jitter)}});
}

std::unique_ptr<Strike> toxic_bandwidth(ToxicPlace at, Bandwidth most, const std::string& stream,
                                        double share) {
  const std::int64_t rate = std::max<std::int64_t>(1, (most.bytes_per_s + 999) / 1'000);
  return toxic(std::move(at), "bandwidth", stream, share, {{"rate", rate}});
}

std::unique_ptr<Strike> toxic_silence(ToxicPlace at, const std::string& stream, double share) {
  return toxic(std::move(at), "timeout", stream, share, {{"timeout", 0}});
}

std::unique_ptr<Strike> toxic_limit(ToxicPlace at, Bytes most, double share) {
  return toxic(std::move(at), "limit_data", "downstream", share, {{"bytes", most.count}});
}

std::unique_ptr<Strike> proxy_disabled(ToxicPlace at) {
  return std::make_unique<ProxyStrike>(std::move(at));
}

std::unique_ptr<Strike> read_toxic_strike(const Json& record) {
  const Json& toxic = record.at("toxic");
  ToxicPlace at{record.at("api"), record.at("proxy"), toxic.at("name")};
  // Read here, so that a record without them is refused now and not when it is described.
  toxic.at("type").get<std::string>();
  toxic.at("stream").get<std::string>();
  toxic.at("attributes");
  return std::make_unique<ToxicStrike>(std::move(at), toxic);
}

std::unique_ptr<Strike> read_proxy_strike(const Json& record) {
  return proxy_disabled({record.at("api"), record.at("proxy"), ""});
}

Answer<std::vector<Residue>> left_at_proxies(const std::string& api,
                                             const std::set<std::string>& names) {
  using Left = Answer<std::vector<Residue>>;
  const WebAnswer reply = ask_web({.url = api + "/proxies"});
  if (!reply.ok()) return Left::none("Toxiproxy: " + reply.said());
  const Json proxies = Json::parse(reply.body, nullptr, false);
  if (!proxies.is_object()) return Left::none(api + "/proxies answers no JSON object");
  std::vector<Residue> left;
  for (const auto& [name, proxy] : proxies.items()) {
    if (!names.contains(name) || !proxy.is_object()) continue;
    if (!proxy.value("enabled", true)) {
      const StrikeText text = ProxyStrike({api, name, ""}).describe();
      left.push_back({text.what, text.undo});
    }
    const auto toxics = proxy.find("toxics");
    if (toxics == proxy.end() || !toxics->is_array()) continue;
    for (const Json& one : *toxics) {
      const std::string toxic = one.is_object() ? one.value("name", "") : "";
      if (!toxic.starts_with(toxic_prefix)) continue;
      left.push_back({"toxic " + toxic + " on proxy " + name + " at " + api,
                      shell_line({"curl", "-fsS", "-X", "DELETE",
                                  proxy_url({api, name, toxic}) + "/toxics/" + toxic})});
    }
  }
  return left;
}

}  // namespace wavetank::live
