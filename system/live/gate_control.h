#pragma once
// GateControl: faults at this process's gate, armed from outside and only on a lease. Who arms one
// must go on renewing it: the process disarms it by itself when the lease lapses, so nothing is
// left of a drill whose owner died.
//
//   POST /gate/arm     {id, fault, order, seed, lease_ms}   the same id again renews the lease
//   POST /gate/renew   {id, lease_ms}                       404 once it has ended
//   POST /gate/disarm  {id}                                 any number of times
//   GET  /gate                                              what is armed, what has ended, troubles
//
// `fault` is the fault as a scenario writes it. Every answer tells how often it fired and what it
// touched, of ended ones too, as long as they are remembered. One that ends more than once, since
// its lease had lapsed or its process had died of a fault, has one row with all that it did.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "system/base/task_group.h"
#include "system/live/http_message.h"

namespace wavetank::live {

class ControlServer;

/// Something that strikes until it is destroyed.
class ArmedFault {
 public:
  virtual ~ArmedFault() = default;
  virtual std::uint64_t fired() const = 0;
  virtual std::uint64_t touched() const = 0;
  /// It has done all that it will, and need not be armed again where its process has died.
  virtual bool spent() const { return false; }
};

struct ArmOrder {
  std::string id;
  std::string fault;  ///< JSON
  int order = 0;      ///< its place in the scenario file
  std::uint64_t seed = 0;
};

/// Arms it, at once. Null, and `problem` says why, where this process cannot.
using ArmFault =
    std::function<std::unique_ptr<ArmedFault>(const ArmOrder& order, std::string& problem)>;

class GateControl {
 public:
  static constexpr Duration lease_least = milliseconds(100);
  static constexpr Duration lease_most = minutes(10);

  GateControl(Loop& loop, ArmFault arm);
  GateControl(const GateControl&) = delete;
  GateControl& operator=(const GateControl&) = delete;

  /// Adds its routes. Both live as long as the process.
  void serve(ControlServer& server);
  /// What faults here could not do or take back, so far: `troubles` of GET /gate, a line each.
  void tell_troubles(std::function<std::vector<std::string>()> troubles) {
    troubles_ = std::move(troubles);
  }

  WebReply arm(const WebRequest& request);
  WebReply renew(const WebRequest& request);
  WebReply disarm(const WebRequest& request);
  WebReply show() const;

  std::size_t armed() const { return armed_.size(); }
  /// Ends all of them: the process stops.
  void disarm_all();

  /// This process is about to die of a fault: what all of them have done goes to `file`, for the
  /// process that comes after it. False where it cannot be written.
  bool leave(const std::string& file) const;
  /// What the one before has left there, which counts as ended: "spent" or "crashed".
  void take_over(const std::string& file);

 private:
  struct Armed {
    ArmOrder order;
    std::unique_ptr<ArmedFault> fault;
    Time until{};
  };
  struct Ended {
    std::string id;
    std::string how;  ///< "disarmed", "lapsed", "stopped", "crashed" or "spent"
    std::uint64_t fired = 0, touched = 0;
  };

  Task<void> watch(std::string id);
  void end(const std::string& id, const char* how);
  void remember(Ended one);
  const Ended* ended(const std::string& id) const;

  Loop& loop_;
  ArmFault arm_;
  std::function<std::vector<std::string>()> troubles_;
  std::map<std::string, Armed> armed_;
  std::deque<Ended> ended_;  ///< the newest last
  TaskGroup leases_;
};

}  // namespace wavetank::live
