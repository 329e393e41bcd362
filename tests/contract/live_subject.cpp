#include "tests/contract/live_subject.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "app/live/no_controls.h"
#include "system/live/kafka_queue.h"
#include "system/live/live_world.h"
#include "system/live/migrations.h"
#include "system/live/redis_cache.h"
#include "tests/live/fixture.h"

namespace wavetank::contract {
namespace {

/// A port of loopback that nobody listens on now.
std::string free_address() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

/// Every node that a contract body hosts.
std::vector<std::string> names() {
  return {"server/0", "deaf/0", "member/0", "member/1",
          "api/0",    "drivers/0", "workers/0", "workers/1"};
}

/// The cluster's services, and every node of the contract bodies in this process.
live::Target target_for(const std::string& run) {
  live::Target target = *live::cluster();
  target.kafka.prefix = run + ".";
  target.kafka.partitions = 4;
  target.kafka.session_timeout = whole_seconds(6);
  target.processes.clear();
  for (const std::string& name : names()) {
    target.processes.push_back({name, free_address(), free_address()});
  }
  target.worker.slots = 2;
  target.worker.scratch =
      (std::filesystem::temp_directory_path() / ("wavetank-" + run)).string();
  return target;
}

/// What is done to nodes of this process, and to the run's own keys and rows.
class LocalControls final : public app::NoControls {
 public:
  void connect(live::LiveWorld& world) { world_ = &world; }

  bool can(Power power) const override {
    return power != Power::stations && power != Power::bandwidth;
  }
  void crash(NodeId node, Duration) override {
    world_->core().driver.post([this, node] { world_->core().hosts.crash(node); });
  }
  void restart(NodeId node) override {
    world_->core().driver.post([this, node] { world_->core().hosts.restart(node); });
  }
  void flush_cache() override { world_->redis().flush(); }
  void stale_cache(bool on) override { world_->redis().set_stale(on); }
  void hot_key(double share, double ratio, EventId cause) override {
    world_->files().hot_key(share, ratio, cause);
  }

 private:
  live::LiveWorld* world_ = nullptr;
};

class LiveSubject final : public Subject {
 public:
  LiveSubject()
      : run_(live::fresh_run()),
        target_(target_for(run_)),
        world_(target_, {names(), run_, 42, {}, 0}, controls_) {
    controls_.connect(world_);
    REQUIRE(world_.kafka().ensure_topics().empty());
  }
  ~LiveSubject() override {
    std::error_code ignored;
    std::filesystem::remove_all(target_.worker.scratch, ignored);
  }

  World& world() override { return world_; }
  void boot() override { world_.boot(); }
  bool run_until(const std::function<bool()>& done, Duration within) override {
    live::LiveCore& core = world_.core();
    core.driver.run_until(core.clock.now() + within, done);
    return done();
  }

 private:
  std::string run_;
  live::Target target_;
  LocalControls controls_;
  live::LiveWorld world_;
};

}  // namespace

std::unique_ptr<Subject> make_live_subject() {
  if (live::cluster() == nullptr) return nullptr;
  static const bool migrated = [] {
    live::migrate(*live::cluster());
    return true;
  }();
  static_cast<void>(migrated);
  return std::make_unique<LiveSubject>();
}

}  // namespace wavetank::contract
