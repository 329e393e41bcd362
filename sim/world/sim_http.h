#pragma once
// SimHttp: requests travel, a handler works on its node, answers travel back. A node that dies
// resets what it was working on; one where nobody listens refuses.

#include <map>

#include "sim/world/env.h"

namespace wavetank::sim {

class SimHttp final : public Http {
 public:
  explicit SimHttp(Env& env);
  ~SimHttp() override;
  void serve(Node& node, HttpHandler handler) override;

 private:
  class Exchange;
  struct Listener {
    HttpHandler handler;
    LinkList under_way;
  };

  void submit(Call& call) override;
  template <class V>
  void take(Call& call);
  Task<void> deliver(Exchange* exchange, Duration travel);
  Task<void> work(Exchange* exchange);
  Task<void> answer(Exchange* exchange, Result<HttpResponse> response);
  void reset(NodeId node);

  Env& env_;
  std::map<NodeId, Listener> listeners_;
};

}  // namespace wavetank::sim
