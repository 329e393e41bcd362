#pragma once
// CallbackReceiver: listens for what a platform of somebody else calls back. The path of each
// callback URL names the run and the output, so that a callback of another run is told apart.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "system/live/drill/trouble.h"
#include "system/live/http_server.h"
#include "system/live/live_env.h"

namespace wavetank::live {

/// One callback, to be answered by its exchange.
struct Callback {
  OutputId output;
  std::optional<std::string> id, word;
  std::optional<std::int64_t> version;
  std::shared_ptr<HttpServer::Exchange> web;
};

struct CallbackCounts {
  std::uint64_t strangers = 0;  ///< of another run, or no callback at all: 404
};

class CallbackReceiver {
 public:
  /// Listens at once. Throws std::runtime_error where it cannot. `drifted` is told in words what a
  /// callback of this run lacks; one without a state is answered 400.
  CallbackReceiver(LiveEnv& env, const ReceiverTarget& target, std::function<void(Callback)> take,
                   std::function<void(const std::string&)> drifted);

  /// What a request gives as its callback URL.
  std::string url_for(OutputId output) const;
  const CallbackCounts& counts() const { return counts_; }
  std::uint64_t refused() const { return server_.counts().refused; }

 private:
  void asked(std::shared_ptr<HttpServer::Exchange> web);

  LiveEnv& env_;
  const ReceiverTarget& target_;
  std::function<void(Callback)> take_;
  std::function<void(const std::string&)> drifted_;
  CallbackCounts counts_;
  HttpServer server_;
};

/// Listens for a moment and asks for a page by the public URL. Any thread; waits.
Trouble callback_round_trip(const ReceiverTarget& target);

}  // namespace wavetank::live
