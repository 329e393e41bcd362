#pragma once
// BeastHttp: the http port over real sockets, on the loop's own thread. A node listens where the
// target says that its process does; a call to a node of the same process takes the same way.

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "system/live/http_client.h"
#include "system/live/http_server.h"
#include "system/live/http_wire.h"
#include "system/live/live_env.h"
#include "system/ports/http.h"

namespace wavetank::live {

/// A request to a node of this process.
struct ServedRequest {
  NodeId node{};
  Route route{};
  std::uint16_t status = 0;  ///< 0 until it is answered
  OutputId output{};
  CallInfo info{};
  std::string trace{};  ///< the caller's traceparent; may be empty
  Time began{};
  Time ended{};
};

class ServedObserver {
 public:
  virtual ~ServedObserver() = default;
  /// Before the service is asked.
  virtual void asked(const ServedRequest&) {}
  virtual void served(const ServedRequest&) {}
};

struct BeastHttpSettings {
  HttpClientSettings client;
  HttpServerSettings server;
  HttpWireSettings wire;  ///< its run is that of the env where it is empty
};

class BeastHttp final : public Http {
 public:
  explicit BeastHttp(LiveEnv& env, BeastHttpSettings settings = {});
  ~BeastHttp() override;

  /// Throws std::runtime_error where the target names no address for the node, or where nobody can
  /// listen there.
  void serve(Node& node, HttpHandler handler) override;

  /// Takes no request any more; drained once what was asked is answered.
  void drain();
  bool drained() const;
  /// Not owned; before the run starts.
  void subscribe(ServedObserver& observer) { observers_.push_back(&observer); }
  /// Where a node can be reached; empty where the target does not say.
  std::string address(NodeId node) const;
  const HttpClientCounts& client_counts() const { return client_.counts(); }
  /// Of all nodes that listen now.
  HttpServerCounts server_counts() const;

 private:
  class Exchange;
  struct Listener {
    HttpHandler handler;
    std::string address;  ///< kept over a restart, so that a free port stays the same
    std::unique_ptr<HttpServer> server;
  };

  void submit(Call& call) override;
  void answered(std::uint64_t number, Fetched got);
  void asked(NodeId node, std::shared_ptr<HttpServer::Exchange> web);
  Task<void> work(std::shared_ptr<Exchange> exchange);
  void crashed(NodeId node);

  LiveEnv& env_;
  BeastHttpSettings settings_;
  std::map<NodeId, Listener> listeners_;
  std::unordered_map<std::uint64_t, Call*> out_;  ///< by the number of their fetch
  std::vector<ServedObserver*> observers_;
  HttpClient client_;
};

}  // namespace wavetank::live
