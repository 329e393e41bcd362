#include "system/live/callback_receiver.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "system/live/attached_text.h"
#include "system/live/drill/web.h"
#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

std::optional<std::string> optional_text(const json& body, const std::string& pointer) {
  return pointer.empty() ? std::nullopt : text_at(body, pointer);
}

}  // namespace

CallbackReceiver::CallbackReceiver(LiveEnv& env, const ReceiverTarget& target,
                                   std::function<void(Callback)> take,
                                   std::function<void(const std::string&)> drifted)
    : env_(env),
      target_(target),
      take_(std::move(take)),
      drifted_(std::move(drifted)),
      server_(env.io, target.listen,
              [this](std::shared_ptr<HttpServer::Exchange> web) { asked(std::move(web)); }) {}

std::string CallbackReceiver::url_for(OutputId output) const {
  return target_.url() + "/" + env_.run + "/" + id_text(output);
}

void CallbackReceiver::asked(std::shared_ptr<HttpServer::Exchange> web) {
  const WebRequest& request = web->request();
  std::string path = request.target.substr(0, request.target.find('?'));
  // A public URL may have a path of its own in front.
  const std::size_t at = path.rfind("/" + env_.run + "/");
  Callback callback;
  const bool ours = at != std::string::npos &&
                    read_id(std::string_view(path).substr(at + env_.run.size() + 2),
                            callback.output);
  if (!ours) {
    ++counts_.strangers;
    return web->reply(error_reply(404, "no callback of this run goes here"));
  }
  const json body = json::parse(request.body, nullptr, false);
  callback.word = body.is_discarded() ? std::nullopt : text_at(body, target_.state);
  if (!callback.word) {
    drifted_("a callback says no state at " + target_.state);
    return web->reply(error_reply(400, "the callback does not say its state at " + target_.state));
  }
  callback.id = optional_text(body, target_.id);
  if (!target_.version.empty()) {
    callback.version = number_at(body, target_.version);
    if (!callback.version) drifted_("a callback says no version at " + target_.version);
  }
  callback.web = std::move(web);
  take_(std::move(callback));
}

Trouble callback_round_trip(const ReceiverTarget& target) {
  const std::string nonce = hex_of(std::random_device{}());
  boost::asio::io_context io;
  std::unique_ptr<HttpServer> server;
  try {
    server = std::make_unique<HttpServer>(
        io, target.listen, [&nonce](std::shared_ptr<HttpServer::Exchange> web) {
          const bool right = web->request().target.ends_with("/" + nonce);
          web->reply(right ? text_reply(200, nonce) : error_reply(404, "this is only a check"));
        });
  } catch (const std::exception& error) {
    return error.what();
  }
  auto work = boost::asio::make_work_guard(io);
  std::thread serving([&io] { io.run(); });
  WebCall call;
  call.url = target.url() + "/" + nonce;
  const WebAnswer answer = ask_web(call);
  boost::asio::post(io, [&] {
    server.reset();
    work.reset();
    io.stop();
  });
  serving.join();
  if (answer.ok() && answer.body == nonce) return std::nullopt;
  if (answer.ok()) return "somebody else answers at " + call.url;
  return "nobody hears us at " + call.url + ": " + answer.said();
}

}  // namespace wavetank::live
