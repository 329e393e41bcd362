#include "tests/live/attached_place.h"

#include <algorithm>

namespace wavetank::live {

using nlohmann::json;

Target shop_target(const std::string& platform, const std::string& receiver) {
  Target target;
  AttachTarget& attach = target.attach;
  attach.headers = {{"X-Run", "{run}", {}}};
  attach.request.url = "http://" + platform + "/orders";
  attach.request.fields = {{"/item/name", "{input}", "text"},
                           {"/item/size", "{bytes}", "number"},
                           {"/ref", "{key}", "text"},
                           {"/tell", "{callback_url}", "text"},
                           {"/speed", "{priority}", "text"}};
  attach.request.accepted = {"202", "200"};
  attach.request.id = "/order/id";
  attach.request.priorities = {"fast", "slow"};
  attach.status.url = "http://" + platform + "/orders/{id}";
  attach.status.state = "/phase";
  attach.status.every = milliseconds(50);
  attach.words.accepted = {"new"};
  attach.words.running = {"cooking"};
  attach.words.succeeded = {"served"};
  attach.words.failed = {"burnt"};
  attach.receiver.listen = receiver;
  attach.receiver.id = "/id";
  attach.receiver.state = "/phase";
  attach.receiver.waits = milliseconds(200);
  attach.output.url = "http://" + platform + "/dishes/{id}";
  attach.output.complete = "/done";
  attach.output.rows = "/eaten";
  attach.output.rejected = "/left";
  attach.inputs = {{"soup", "plain", {}, Bytes{100}, 10},
                   {"chili", "hot", {0.5}, Bytes{100}, 10},
                   {"feast", "big", {}, Bytes{400}, 40}};
  return target;
}

void Shop::answer(std::shared_ptr<HttpServer::Exchange> web) {
  const WebRequest& request = web->request();
  if (request.method == "POST") return order(*web);
  ++pages;
  const bool hides = !hidden.empty() && request.target == "/orders/" + hidden;
  if (away || hides) return web->reply(error_reply(503, "closed"));
  if (request.target.starts_with("/dishes/")) {
    if (kitchen_away) return web->reply(error_reply(503, "closed"));
    const bool is_there = only_dish.empty() || request.target == "/dishes/" + only_dish;
    return web->reply(dish.is_null() || !is_there ? error_reply(404, "nothing there")
                                                  : json_reply(200, dish.dump()));
  }
  web->reply(json_reply(200, json{{"phase", phase}}.dump()));
}

void Shop::order(HttpServer::Exchange& web) {
  orders.push_back(json::parse(web.request().body));
  if (const std::string* run = web.request().headers.find("X-Run")) runs.push_back(*run);
  const std::string key = orders.back()["ref"];
  const bool known = !forgets_keys && ids_.contains(key);
  if (!known) ids_[key] = "o" + std::to_string(++last_);
  web.reply(json_reply(known ? 200 : 202, json{{"order", {{"id", ids_[key]}}}}.dump()));
}

std::size_t ShopNews::count(EventKind kind) const {
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [kind](const Event& one) { return one.kind == kind; }));
}

const Event& ShopNews::last(EventKind kind) const {
  for (std::size_t i = events.size(); i-- > 0;) {
    if (events[i].kind == kind) return events[i];
  }
  FAIL("no such event: " << name_of(kind));
  return events.front();
}

unsigned ShopPlace::call_back(const std::string& url, const json& body, Duration patience) {
  std::optional<Fetched> got;
  Fetch fetch;
  fetch.method = "POST";
  fetch.url = url;
  fetch.body = body.dump();
  fetch.timeout = patience;
  caller.fetch(std::move(fetch), [&got](Fetched fetched) { got = std::move(fetched); });
  REQUIRE(bench.wait_for([&got] { return got.has_value(); }));
  return got->ok() ? got->reply.status : 0;
}

}  // namespace wavetank::live
