#pragma once
// A platform that is not ours, played here: a shop that takes orders, cooks, and serves dishes.

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "system/live/attached_http.h"
#include "tests/live/fixture.h"
#include "tests/live/loopback.h"

namespace wavetank::live {

/// What a target file says of it: it is looked at every 50 ms, and calls back at `receiver`.
Target shop_target(const std::string& platform, const std::string& receiver);

/// The platform: orders by id, what each is, and what was asked.
class Shop {
 public:
  explicit Shop(boost::asio::io_context& io, const std::string& address)
      : server_(io, address, [this](auto web) { answer(std::move(web)); }) {}

  std::string phase = "new";
  bool forgets_keys = false;
  bool away = false;  ///< its pages cannot be read
  bool kitchen_away = false;  ///< nor can its dishes be seen
  std::string hidden;  ///< an order whose page cannot be read
  std::vector<nlohmann::json> orders;
  std::vector<std::string> runs;
  std::size_t pages = 0;  ///< how often one of them was asked for
  nlohmann::json dish;  ///< null: there is none
  std::string only_dish;  ///< the order that has one; empty: each

 private:
  void answer(std::shared_ptr<HttpServer::Exchange> web);
  void order(HttpServer::Exchange& web);

  std::map<std::string, std::string> ids_;
  int last_ = 0;
  HttpServer server_;
};

class ShopNews final : public Observer {
 public:
  void on_event(const Event& event) override { events.push_back(event); }
  std::size_t count(EventKind kind) const;
  const Event& last(EventKind kind) const;
  std::vector<Event> events;
};

struct ShopPlace {
  const std::function<void(Target&)> change;
  const std::string shop_at = "127.0.0.1:" + std::to_string(closed_port());
  const std::string receiver_at = "127.0.0.1:" + std::to_string(closed_port());
  Target target = changed(shop_target(shop_at, receiver_at));
  Bench bench{target};
  ShopNews heard;
  Shop shop{bench.core.driver.io(), shop_at};
  Node& drivers = bench.core.hosts.add("drivers/0");
  Node& callbacks = bench.core.hosts.add("callbacks/0");
  AttachedHttp http{bench.core.env};
  HttpClient caller{bench.core.driver.io()};

  explicit ShopPlace(std::function<void(Target&)> changes = nullptr) : change(std::move(changes)) {
    bench.core.history.subscribe_all(heard);
  }
  ~ShopPlace() { bench.core.stop(); }

  Target changed(Target plain) const {
    if (change) change(plain);
    return plain;
  }
  static HttpRequest request(std::uint32_t output) {
    HttpRequest request;
    request.ticket.entity = EntityId{3};
    request.ticket.output = OutputId{output};
    request.ticket.planned = Time{} + milliseconds(1);
    request.work.input = Bytes{5'000};
    return request;
  }
  template <class V>
  Result<HttpResponse> ask(HttpRequest request) {
    return bench.ask([this, request] {
      return http.call<V>(bench.caller, bench.caller.id(), request, bench.info());
    });
  }
  Result<HttpResponse> submit(std::uint32_t output) {
    return ask<verb::HttpSubmit>(request(output));
  }
  Result<HttpResponse> status(std::uint32_t output) {
    return ask<verb::HttpStatus>(request(output));
  }
  std::string callback_url(std::size_t order) { return shop.orders.at(order)["tell"]; }
  /// The platform calls back; its answer, or 0 where there was none in time.
  unsigned call_back(const std::string& url, const nlohmann::json& body,
                     Duration patience = milliseconds(600));
};

}  // namespace wavetank::live
