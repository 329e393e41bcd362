#include "system/live/attached_http.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "system/live/connections.h"
#include "system/live/drill/allowlist.h"
#include "system/live/wire_ids.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr Purpose hot_purpose{"attached.hot"};
constexpr Duration held_after = whole_seconds(1);  // an answer that must come too late

void reply(Call& call, HttpResponse response) {
  switch (call.op) {
    case Op::http_submit:
      static_cast<CallOf<verb::HttpSubmit>&>(call).reply = response;
      break;
    case Op::http_status:
      static_cast<CallOf<verb::HttpStatus>&>(call).reply = response;
      break;
    default:
      static_cast<CallOf<verb::HttpOutput>&>(call).reply = response;
  }
}

const HttpRequest& request_of(const Call& call) {
  if (call.op == Op::http_submit) return static_cast<const CallOf<verb::HttpSubmit>&>(call).args;
  if (call.op == Op::http_status) return static_cast<const CallOf<verb::HttpStatus>&>(call).args;
  return static_cast<const CallOf<verb::HttpOutput>&>(call).args;
}

/// Every connection is held against the target's networks when it is made.
HttpClientSettings allowed_only(HttpClientSettings settings, const Target& target) {
  settings.connections =
      std::max(settings.connections, connections_for(target.limits.max_in_flight));
  if (settings.allowed) return settings;
  const auto list = std::make_shared<Allowlist>(target.allow);
  settings.allowed = [list](const std::string& address) {
    const auto parsed = parse_address(address);
    return parsed && list->allows(*parsed);
  };
  return settings;
}

bool is_kind(const InputTarget& input, std::string_view kind) { return input.kind == kind; }

}  // namespace

AttachedHttp::AttachedHttp(LiveEnv& env, HttpClientSettings settings)
    : Http(env.loop, env.gate, env.history),
      env_(env),
      attach_(env.target.attach),
      book_(env),
      pace_(env.target.limits.max_rate),
      client_(env.io, allowed_only(std::move(settings), env.target)),
      watch_(std::make_unique<AttachedWatch>(env, book_, client_, pace_)) {
  static_cast<void>(common_headers(attach_, {}));
}

AttachedHttp::~AttachedHttp() {
  receiver_.reset();
  for (const auto& [number, call] : out_) drop(*call);
}

void AttachedHttp::start() {
  if (!attach_.receiver.listen.empty()) {
    receiver_ = std::make_unique<CallbackReceiver>(
        env_, attach_.receiver, [this](Callback callback) { called_back(std::move(callback)); },
        [this](const std::string& what) { watch_->drifted(what); });
  }
  watch_->start();
}

void AttachedHttp::hot_key(double share, double ratio) {
  hot_share_ = share;
  hot_ratio_ = share > 0 ? ratio : 0;
}

/// The one of that kind whose share, or size against the plain ones, is nearest.
const InputTarget* AttachedHttp::input_for(const AttachTarget& attach, const char* kind,
                                           double share) {
  double plain = 0;
  for (const InputTarget& one : attach.inputs) {
    if (is_kind(one, "plain")) plain = std::max(plain, static_cast<double>(one.bytes.count));
  }
  const InputTarget* best = nullptr;
  double nearest = 0;
  for (const InputTarget& one : attach.inputs) {
    if (!is_kind(one, kind)) continue;
    const double has = is_kind(one, "hot") || plain == 0
                           ? one.share.value
                           : plain / std::max(1.0, static_cast<double>(one.bytes.count));
    const double distance = std::abs(has - share);
    if (best == nullptr || distance < nearest) {
      best = &one;
      nearest = distance;
    }
  }
  return best;
}

AskedFor AttachedHttp::choose(const Call& call, const HttpRequest& request) {
  AskedFor what;
  what.bytes = request.work.input;
  what.input = attach_.inputs.size();
  const InputTarget* chosen = nullptr;
  const std::uint64_t bits = draw(env_.seed, hot_purpose, call.info.subject);
  if (memory_ < 1) {
    chosen = input_for(attach_, "big", memory_);
    what.bytes = Bytes{static_cast<std::int64_t>(static_cast<double>(what.bytes.count) / memory_)};
    ++shaped_;
  } else if (hot_ratio_ > 0 && hits(bits, hot_ratio_)) {
    chosen = input_for(attach_, "hot", hot_share_);
    if (chosen != nullptr) ++shaped_;
  }
  if (chosen == nullptr) {
    std::vector<const InputTarget*> plain;
    for (const InputTarget& one : attach_.inputs) {
      if (is_kind(one, "plain")) plain.push_back(&one);
    }
    if (!plain.empty()) chosen = plain[request.ticket.entity.value % plain.size()];
  }
  if (chosen != nullptr) what.input = static_cast<std::size_t>(chosen - attach_.inputs.data());
  return what;
}

Values AttachedHttp::values_of(const Call& call, const HttpRequest& request) const {
  Values values;
  const Ticket& ticket = request.ticket;
  const std::string key = book_.key_of(ticket.output);
  values["run"] = env_.run;
  values["key"] = values["version"] = key;
  values["entity"] = id_text(ticket.entity);
  values["output"] = id_text(ticket.output);
  values["action"] = std::to_string(static_cast<int>(ticket.action));
  const auto& words = attach_.request.priorities;
  const auto priority = static_cast<std::size_t>(call.info.priority);
  values["priority"] = words.empty() ? "" : words[std::min(priority, words.size() - 1)];
  if (receiver_) values["callback_url"] = receiver_->url_for(ticket.output);
  if (const AskedFor* asked = book_.asked(ticket.output)) {
    values["bytes"] = std::to_string(asked->bytes.count);
    const auto& inputs = attach_.inputs;
    values["input"] = asked->input < inputs.size() ? inputs[asked->input].name : "";
  }
  return values;
}

void AttachedHttp::submit(Call& call) {
  switch (call.op) {
    case Op::http_submit:
      return ask_work(call);
    case Op::http_callback:
      return taken(static_cast<CallOf<verb::HttpCallback>&>(call));
    default:
      return ask_status(call);
  }
}

std::uint64_t AttachedHttp::send(Fetch fetch, Call& call,
                                 std::function<void(const Fetched&)> answered) {
  const Time until = call.info.deadline;
  fetch.timeout = until == time_max ? minutes(1) : until - env_.clock.now();
  pace_.sent(env_.clock.now());
  const std::uint64_t number =
      client_.fetch(std::move(fetch), [this, answered = std::move(answered)](Fetched got) {
        out_.erase(got.number);
        env_.loop.advance(env_.clock.now());
        answered(got);
      });
  out_.emplace(number, &call);
  return number;
}

void AttachedHttp::ask_work(Call& call) {
  const HttpRequest& request = request_of(call);
  if (book_.asked(request.ticket.output) == nullptr) {
    book_.ask(request.ticket, choose(call, request));
  }
  Fetch fetch;
  try {
    WebRequest web = render(attach_, values_of(call, request));
    fetch.method = std::move(web.method);
    fetch.url = std::move(web.target);
    fetch.headers = std::move(web.headers);
    fetch.body = std::move(web.body);
  } catch (const std::exception& error) {
    watch_->drifted(error.what());
    call.fail(Failure::invalid);
    return complete(call);
  }
  send(std::move(fetch), call, [this, &call](const Fetched& got) { answered_work(call, got); });
}

void AttachedHttp::answered_work(Call& call, const Fetched& got) {
  if (!got.ok()) {
    call.fail(*got.failure);
    return complete(call);
  }
  HttpResponse response;
  response.status = static_cast<std::uint16_t>(got.reply.status);
  response.size = Bytes{static_cast<std::int64_t>(got.reply.body.size())};
  if (!status_in(got.reply.status, attach_.request.accepted)) {
    reply(call, response);
    return complete(call);
  }
  const json document = json::parse(got.reply.body, nullptr, false);
  const auto id = document.is_discarded() ? std::nullopt : text_at(document, attach_.request.id);
  if (!id) {
    watch_->drifted("an answer that accepts says no id at " + attach_.request.id);
    call.fail(Failure::invalid);
    return complete(call);
  }
  response.process = book_.learn(*id, request_of(call).ticket.output);
  response.state = ProcessState::accepted;
  if (response.status < 200 || response.status > 299) response.status = 202;
  book_.answered(response.process);
  reply(call, response);
  complete(call);
}

void AttachedHttp::ask_status(Call& call) {
  const HttpRequest& request = request_of(call);
  const auto process = request.process.valid() ? std::optional(request.process)
                                               : book_.find(request.ticket.output);
  if (!process || attach_.status.url.empty()) {
    call.fail(Failure::invalid);
    return complete(call);
  }
  Values values = values_of(call, request);
  values["id"] = book_[*process].id;
  Fetch fetch;
  fetch.url = fill(attach_.status.url, values, Quoting::url);
  fetch.headers = common_headers(attach_, values);
  const Time asked = env_.clock.now();
  send(std::move(fetch), call, [this, &call, process, asked](const Fetched& got) {
    answered_status(call, *process, asked, got);
  });
}

void AttachedHttp::answered_status(Call& call, ProcessId process, Time asked, const Fetched& got) {
  if (!got.ok()) {
    call.fail(*got.failure);
    return complete(call);
  }
  HttpResponse response;
  response.status = static_cast<std::uint16_t>(got.reply.status);
  response.process = process;
  if (response.status == 200) {
    const ToldState told = watch_->read_status(got.reply.body, asked);
    // A word that nobody named is no answer: not even that the request is unknown.
    if (told.state == ProcessState::unknown) {
      call.fail(Failure::invalid);
      return complete(call);
    }
    response.state = told.state;
    book_.told(process, told);
  }
  reply(call, response);
  complete(call);
}

void AttachedHttp::called_back(Callback callback) {
  env_.loop.advance(env_.clock.now());
  Receipt receipt;
  std::optional<ProcessId> process;
  if (callback.id) {
    process = book_.learn(*callback.id, callback.output);
  } else {
    process = book_.find(callback.output);
  }
  if (!process || !process->valid()) {
    return callback.web->reply(error_reply(404, "nobody here asked for that"));
  }
  receipt.process = *process;
  const ProcessState state = watch_->state_of(*callback.word);
  receipt.told = {state, callback.version, env_.loop.now(), terminal(state)};
  env_.root.start(receive(receipt, std::move(callback.web)));
}

Node& AttachedHttp::sender() {
  const std::vector<NodeId> drivers = env_.hosts.named("drivers");
  return drivers.empty() ? env_.hosts.add("drivers") : env_.hosts.node(drivers.front());
}

/// The callback as a call of its own, so that faults strike it as they do everywhere.
Task<void> AttachedHttp::receive(Receipt receipt, std::shared_ptr<HttpServer::Exchange> web) {
  const ProcessId process = receipt.process;
  HttpRequest request;
  request.route = Route::callback;
  request.ticket = book_[process].ticket;
  request.process = process;
  request.outcome = receipt.told.state;
  request.key = ++last_receipt_;
  receipts_.emplace(request.key, receipt);
  const std::uint64_t number = request.key;
  CallInfo info;
  info.subject = request.ticket.output.value;
  info.attempt = book_[process].callbacks;
  info.priority = request.ticket.priority;
  info.entity = request.ticket.entity;
  info.deadline = env_.loop.now() + attach_.receiver.waits;
  Node& from = sender();
  const std::vector<NodeId> receivers = env_.hosts.named("callbacks");
  const NodeId to = receivers.empty() ? from.id() : receivers[number % receivers.size()];
  auto answer = co_await call<verb::HttpCallback>(from, to, request, info);
  receipts_.erase(number);
  if (answer.ok()) {
    web->reply(text_reply(answer->status, ""));
    co_return;
  }
  book_.callback_unanswered(process);
  if (answer.failure() != Failure::timeout) {
    web->reply(error_reply(503, "not now"));
    co_return;
  }
  // The sender has stopped waiting by now: let it be the one that hangs up.
  co_await sleep(env_.loop, held_after);
}

void AttachedHttp::taken(CallOf<verb::HttpCallback>& call) {
  const auto receipt = receipts_.find(call.args.key);
  // A copy that a fault made is not of the platform.
  if (call.repeated || receipt == receipts_.end()) return drop(call);
  book_.called_back(receipt->second.process, receipt->second.told);
  HttpResponse response;
  response.status = 200;
  call.reply = response;
  complete(call);
}

bool AttachedHttp::blind() const {
  return attach_.status.given() && env_.clock.now() - watch_->last_seen() > watch_->old();
}

std::string AttachedHttp::lacking() const {
  if (blind()) return "its status could not be read at the end";
  if (watch_->misunderstood()) return "some of its answers were not as described";
  if (!watch_->states_in_doubt().empty()) return "some requests were not looked at in the end";
  if (!watch_->outputs_in_doubt().empty()) return "some outputs could not be read";
  return "";
}

std::vector<Sight> AttachedHttp::sight() const {
  std::vector<Sight> all = judgeable(attach_);
  const bool words = watch_->misunderstood();
  const std::set<OutputId> states = watch_->states_in_doubt();
  const std::set<OutputId> outputs = watch_->outputs_in_doubt();
  const auto doubt = [words](Sight& one, const std::set<OutputId>& of, const std::string& why) {
    one = {one.invariant, Sight::Much::none, std::to_string(of.size()) + why, {}};
    if (!words) one.outputs = of;
  };
  for (Sight& one : all) {
    if (one.much == Sight::Much::none) continue;
    if (blind()) {
      one = {one.invariant, Sight::Much::none, lacking(), {}};
    } else if (one.invariant == "no_process_lost" && !states.empty()) {
      doubt(one, states, " requests without an end were not looked at in the end");
    } else if (one.invariant == "truth_agrees" && !outputs.empty()) {
      const std::string& trouble = watch_->output_trouble();
      doubt(one, outputs, " outputs could not be read" + (trouble.empty() ? "" : ": " + trouble));
    } else if (words && one.much == Sight::Much::all) {
      one = {one.invariant, Sight::Much::part, lacking(), {}};
    }
  }
  return all;
}

std::optional<Unseen> AttachedHttp::unseen() const {
  if (!attach_.status.given()) return std::nullopt;
  const Unseen longest = watch_->longest_unseen();
  if (longest.lasted() <= watch_->old()) return std::nullopt;
  return longest;
}

std::vector<std::string> AttachedHttp::notes() const {
  std::vector<std::string> all;
  for (const auto& [word, count] : watch_->unknown_words()) {
    all.push_back("the word \"" + word + "\" is not in the target: heard " +
                  std::to_string(count) + " times");
  }
  if (watch_->drift() > 0) {
    all.push_back(std::to_string(watch_->drift()) + " answers were not as described: " +
                  watch_->last_drift());
  }
  if (!watch_->trouble().empty()) all.push_back("watching: " + watch_->trouble());
  if (pace_.put_off() > 0) {
    all.push_back("looks at its pages waited " + std::to_string(pace_.put_off()) +
                  " times: limits.max_rate left no room beside the load");
  }
  if (book_.counts().stale > 0) {
    all.push_back(std::to_string(book_.counts().stale) + " answers were older than what was known");
  }
  if (receiver_) {
    const CallbackCounts& counts = receiver_->counts();
    const auto say = [&all](std::uint64_t n, const char* what) {
      if (n > 0) all.push_back(std::to_string(n) + what);
    };
    say(counts.strangers, " callbacks were not of this run");
    say(receiver_->refused(), " callbacks were too long, too slow or no HTTP");
  }
  return all;
}

}  // namespace wavetank::live
