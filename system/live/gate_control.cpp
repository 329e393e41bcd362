#include "system/live/gate_control.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "system/live/control_server.h"
#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr std::size_t ended_most = 1'000;  ///< that are remembered
constexpr std::size_t armed_most = 1'000;

json counts(const std::string& id, const std::string& state, std::uint64_t fired,
            std::uint64_t touched) {
  return {{"id", id}, {"state", state}, {"fired", fired}, {"touched", touched}};
}

/// What every order says; the rest by `read`.
template <class Read>
std::string read_order(const WebRequest& request, std::string& id, Read read) {
  std::string problem;
  const json root = parse_json(request.body, problem);
  if (!problem.empty()) return problem;
  JsonReading in(root, "", problem);
  in.need("id");
  in.text("id", id, 200);
  if (in.ok() && id.empty()) in.say("id", "must not be empty");
  read(in, root);
  return problem;
}

Duration read_lease(JsonReading& in) {
  std::int64_t ms = 0;
  in.need("lease_ms");
  in.number<std::int64_t>("lease_ms", ms, GateControl::lease_least.ns / 1'000'000,
                          GateControl::lease_most.ns / 1'000'000);
  return milliseconds(ms);
}

}  // namespace

GateControl::GateControl(Loop& loop, ArmFault arm)
    : loop_(loop), arm_(std::move(arm)), leases_(loop, loop.root()) {}

void GateControl::serve(ControlServer& server) {
  server.route("POST", "/gate/arm", [this](const WebRequest& request) { return arm(request); });
  server.route("POST", "/gate/renew", [this](const WebRequest& request) { return renew(request); });
  server.route("POST", "/gate/disarm",
               [this](const WebRequest& request) { return disarm(request); });
  server.route("GET", "/gate", [this](const WebRequest&) { return show(); });
}

WebReply GateControl::arm(const WebRequest& request) {
  Armed wanted;
  Duration lease{};
  const std::string wrong =
      read_order(request, wanted.order.id, [&](JsonReading& in, const json& root) {
        in.need("fault");
        in.inside("fault", [&](JsonReading&) { wanted.order.fault = text_of(root["fault"]); });
        in.number("order", wanted.order.order, 0);
        in.hex("seed", wanted.order.seed);
        lease = read_lease(in);
      });
  if (!wrong.empty()) return error_reply(400, wrong);
  const std::string id = wanted.order.id;
  wanted.until = loop_.now() + lease;
  const auto found = armed_.find(id);
  if (found != armed_.end()) {
    if (found->second.order.fault != wanted.order.fault) {
      return error_reply(409, "another fault is armed as " + id);
    }
    found->second.until = wanted.until;
  } else if (armed_.size() >= armed_most) {
    return error_reply(429, "too many faults are armed");
  } else {
    std::string problem;
    wanted.fault = arm_(wanted.order, problem);
    if (!wanted.fault) return error_reply(422, problem);
    armed_.emplace(id, std::move(wanted));
    leases_.spawn(watch(id));
  }
  const Armed& armed = armed_.at(id);
  return json_reply(200,
                    text_of(counts(id, "armed", armed.fault->fired(), armed.fault->touched())));
}

WebReply GateControl::renew(const WebRequest& request) {
  std::string id;
  Duration lease{};
  const std::string wrong =
      read_order(request, id, [&lease](JsonReading& in, const json&) { lease = read_lease(in); });
  if (!wrong.empty()) return error_reply(400, wrong);
  const auto found = armed_.find(id);
  if (found == armed_.end()) {
    const Ended* past = ended(id);
    if (past == nullptr) return error_reply(404, "nothing is armed as " + id);
    return json_reply(404, text_of(counts(id, past->how, past->fired, past->touched)));
  }
  Armed& armed = found->second;
  armed.until = loop_.now() + lease;
  return json_reply(200,
                    text_of(counts(id, "armed", armed.fault->fired(), armed.fault->touched())));
}

WebReply GateControl::disarm(const WebRequest& request) {
  std::string id;
  const std::string wrong = read_order(request, id, [](JsonReading&, const json&) {});
  if (!wrong.empty()) return error_reply(400, wrong);
  if (armed_.contains(id)) end(id, "disarmed");
  const Ended* past = ended(id);
  if (past == nullptr) return json_reply(200, text_of(counts(id, "unknown", 0, 0)));
  return json_reply(200, text_of(counts(id, past->how, past->fired, past->touched)));
}

WebReply GateControl::show() const {
  json armed = json::array(), past = json::array();
  for (const auto& [id, one] : armed_) {
    json row = counts(id, "armed", one.fault->fired(), one.fault->touched());
    row["order"] = one.order.order;
    row["lease_left_ms"] = (one.until - loop_.now()).ns / 1'000'000;
    std::string ignored;
    row["fault"] = parse_json(one.order.fault, ignored);
    armed.push_back(std::move(row));
  }
  for (const Ended& one : ended_) {
    past.push_back(counts(one.id, one.how, one.fired, one.touched));
  }
  json troubles = json::array();
  if (troubles_) troubles = troubles_();
  return json_reply(200, text_of({{"armed", std::move(armed)},
                                  {"ended", std::move(past)},
                                  {"troubles", std::move(troubles)}}));
}

void GateControl::disarm_all() {
  leases_.cancel();
  while (!armed_.empty()) end(std::string(armed_.begin()->first), "stopped");
}

Task<void> GateControl::watch(std::string id) {
  for (;;) {
    const auto found = armed_.find(id);
    if (found == armed_.end()) co_return;
    const Time until = found->second.until;
    if (until <= loop_.now()) break;
    co_await sleep_until(loop_, until);
  }
  end(id, "lapsed");
}

void GateControl::end(const std::string& id, const char* how) {
  const auto found = armed_.find(id);
  const ArmedFault& fault = *found->second.fault;
  remember({id, how, fault.fired(), fault.touched()});
  armed_.erase(found);
}

void GateControl::remember(Ended one) {
  if (const Ended* before = ended(one.id)) {
    one.fired += before->fired;
    one.touched += before->touched;
    std::erase_if(ended_, [&one](const Ended& other) { return other.id == one.id; });
  }
  ended_.push_back(std::move(one));
  if (ended_.size() > ended_most) ended_.pop_front();
}

bool GateControl::leave(const std::string& file) const {
  json rows = json::array();
  for (const Ended& one : ended_) rows.push_back(counts(one.id, one.how, one.fired, one.touched));
  for (const auto& [id, one] : armed_) {
    const char* how = one.fault->spent() ? "spent" : "crashed";
    rows.push_back(counts(id, how, one.fault->fired(), one.fault->touched()));
  }
  std::ofstream out(file, std::ios::binary);
  out << text_of(rows) << std::flush;
  return out.good();
}

void GateControl::take_over(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string problem;
  const json rows = parse_json(text, problem);
  if (!problem.empty() || !rows.is_array()) return;
  for (const json& row : rows) {
    if (!row.is_object()) continue;
    remember({row.value("id", ""), row.value("state", ""), row.value("fired", std::uint64_t{0}),
              row.value("touched", std::uint64_t{0})});
  }
}

const GateControl::Ended* GateControl::ended(const std::string& id) const {
  for (const Ended& one : ended_) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

}  // namespace wavetank::live
