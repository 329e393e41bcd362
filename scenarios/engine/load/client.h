#pragma once
// The client: sends what the plan says, on time, whatever the platform does.
//
//   Client client(world, plan);           // after the platform is wired
//   client.start();
//   ... the world runs ...
//   if (client.issued() && client.idle()) ...   // nothing will come any more
//
// One coroutine a load waits for its next arrival; a request exists from its arrival to its answer.
// A submit is tried again under the same output id, which is its idempotency key, on the next
// replica. Every request is noted when a try goes out and once when it ends; latency counts from
// the planned arrival.

#include <string>
#include <vector>

#include "scenarios/engine/load/arrival_source.h"
#include "scenarios/engine/load/output_book.h"
#include "system/base/task_group.h"
#include "system/ports/load_dial.h"
#include "system/ports/world.h"

namespace wavetank::engine {

struct ClientCounts {
  std::uint64_t offered = 0;   ///< submits
  std::uint64_t visits = 0;    ///< requests to a queueing network
  std::uint64_t reads = 0;     ///< of loads that read
  std::uint64_t polls = 0;     ///< reads of submits that poll
  std::uint64_t withheld = 0;  ///< not sent: as many as allowed were under way
  std::uint64_t skipped = 0;   ///< reads due before there was anything to read
  std::uint64_t tries = 0;     ///< everything sent, retries and polls included
  std::uint64_t retries = 0;
  std::uint64_t answered = 0;  ///< requests that ended with an answer below 429
  std::uint64_t failed = 0;    ///< without an answer, or with 429 or more
};

class Client final : public LoadDial {
 public:
  /// Both must outlive it. `servers` is the target that requests go to.
  Client(World& world, const LoadPlan& plan, const std::string& servers = "api");
  /// Sends every request to `visits` instead, which outlives it.
  Client(World& world, const LoadPlan& plan, service::Visits& visits);

  void start();
  /// Before start(): sends what is planned from `from` on and before `to`, and no request while
  /// `in_flight` are under way; 0 is any number.
  void confine(Time from, Time to, std::size_t in_flight) {
    from_ = from;
    to_ = to;
    in_flight_most_ = in_flight;
  }
  /// Sends nothing new; what is under way goes on, polls included. Not from a task of the client.
  void stop();
  /// Ends everything at once, unanswered. Not from a task of the client.
  void cancel();

  void set_factor(std::string_view load, double factor) override;

  /// Everything planned has been sent, or stop() was called.
  bool issued() const { return issuers_.empty(); }
  /// No request and no poll is under way.
  bool idle() const { return requests_.empty(); }
  std::size_t in_flight() const { return requests_.size(); }
  const ClientCounts& counts() const { return counts_; }

 private:
  struct Line {  ///< one load
    explicit Line(const PlannedLoad& load);
    const PlannedLoad* load;
    ArrivalSource source;
    service::RetryBudget budget;
    double factor = 1;
    std::uint32_t turn = 0;         ///< how often the factor was set
    std::uint64_t extra_index = 0;  ///< of the next request that a spike adds
  };
  struct Ask {  ///< one request, over all its tries
    HttpRequest request;
    Time planned{};
    std::uint64_t subject = 0;
    bool retries = true;
  };

  Task<void> issue(std::size_t place);
  Task<void> issue_extra(std::size_t place, double more, std::uint32_t turn);
  void arrive(Line& line, const Arrival& arrival);
  void send(Line& line, const Arrival& arrival);
  void add_users(std::size_t place, std::int64_t users, std::uint64_t first, std::uint32_t turn);
  Task<void> use(std::size_t place, std::uint64_t user, std::uint32_t turn);
  Task<void> submit(std::size_t place, PlannedRequest planned);
  Task<void> poll(std::size_t place, PlannedRequest planned, ProcessId process);
  Task<void> read(std::size_t place, PlannedRequest planned, Time arrival);
  template <class V>
  Task<HttpResponse> ask(std::size_t place, Ask what);

  bool full();
  NodeId replica(std::uint64_t subject, std::uint32_t attempt) const;
  CallInfo info(const Ask& what, std::uint32_t attempt) const;
  bool again(Line& line, const Ask& what, std::uint32_t attempt, bool worth);
  void note_sent(const Ask& what, std::uint32_t attempt);
  void note_done(const Ask& what, std::uint32_t attempt, const HttpResponse& answer);
  void note_read(const Ask& what, Time sent, const HttpResponse& answer);

  World& world_;
  const LoadPlan& plan_;
  service::Visits* visits_ = nullptr;
  wavetank::Node& node_;  // not the text layer's
  std::vector<NodeId> servers_;
  OutputBook book_;
  std::vector<Line> lines_;  ///< by place
  ClientCounts counts_;
  bool stopped_ = false;
  Time from_{}, to_ = time_max;
  std::size_t in_flight_most_ = 0;
  TaskGroup requests_;
  TaskGroup issuers_;
};

}  // namespace wavetank::engine
