#pragma once
// FakeWorld: the smallest world, for tests of what stands before one, such as faults at the gate.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_ports.h"

namespace wavetank::testing {

class FakeWorld final : public World, private Observer {
 public:
  explicit FakeWorld(std::uint64_t seed = 42) : run_(seed) {
    for (const char* name :
         {"client", "api/0", "api/1", "launcher/0", "callbacks/0", "workers/0", "workers/1",
          "workers/2", "workers/3", "database", "queue", "cache", "objects", "compute"}) {
      add(name);
    }
    database_.place = node("database").id();
    queue_.place = node("queue").id();
    cache_.place = node("cache").id();
    objects_.place = node("objects").id();
    compute_.place = node("compute").id();
    history_.subscribe_all(*this);
  }

  FakeLog log;
  std::vector<Event> events;  ///< all, in order

  Node& node(std::string_view name) {
    for (const auto& node : nodes_) {
      if (node->name() == name) return *node;
    }
    broken(__FILE__, __LINE__, "a FakeWorld has this node", std::string(name));
  }
  FakeControls& fake_controls() { return controls_; }
  std::int64_t count(EventKind kind) const {
    return std::count_if(events.begin(), events.end(),
                         [kind](const Event& event) { return event.kind == kind; });
  }

  std::uint64_t seed() const override { return run_.seed(); }
  Loop& loop() override { return loop_; }
  Gate& gate() override { return gate_; }
  History& history() override { return history_; }
  Controls& controls() override { return controls_; }
  Http& http() override { return http_; }
  Database& database() override { return database_; }
  Queue& queue() override { return queue_; }
  Cache& cache() override { return cache_; }
  ObjectStore& objects() override { return objects_; }
  Compute& compute() override { return compute_; }
  Dataset& dataset() override { return dataset_; }
  Station& station() override { return station_; }
  Node& host(const std::string& name, Boot) override { return add(name); }
  Node& client() override { return node("client"); }

  std::vector<NodeId> nodes(std::string_view target) const override {
    std::vector<NodeId> found;
    const std::string group = std::string(target) + "/";
    for (const auto& node : nodes_) {
      if (node->name() == target || node->name().starts_with(group)) found.push_back(node->id());
    }
    return found;
  }
  const std::string& name(NodeId id) const override {
    for (const auto& node : nodes_) {
      if (node->id() == id) return node->name();
    }
    return nowhere_;
  }

 private:
  void on_event(const Event& event) override { events.push_back(event); }
  Node& add(const std::string& name) {
    const auto id = static_cast<std::uint32_t>(nodes_.size() + 1);  // 0 is the root
    nodes_.push_back(std::make_unique<Node>(loop_, NodeId{id}, name));
    return *nodes_.back();
  }

  Run run_;
  Loop loop_{run_};
  Gate gate_{loop_};
  History history_{loop_};
  FakeControls controls_{log};
  FakeHttp http_{loop_, gate_, history_, log};
  FakeServer<Database> database_{loop_, gate_, history_, log};
  FakeQueue queue_{loop_, gate_, history_, log};
  FakeServer<Cache> cache_{loop_, gate_, history_, log};
  FakeServer<ObjectStore> objects_{loop_, gate_, history_, log};
  FakeCompute compute_{loop_, gate_, history_, log};
  FakeDataset dataset_{loop_, gate_, history_, log};
  FakePort<Station> station_{loop_, gate_, history_, log};
  std::vector<std::unique_ptr<Node>> nodes_;
  std::string nowhere_ = "nowhere";
};

}  // namespace wavetank::testing
