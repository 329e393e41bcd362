#pragma once
// Readiness: whether one process can do its work now. It asks what its work needs, again and again,
// and answers from what it last heard: an answer that is old is none.

#include <map>
#include <ostream>
#include <string>

#include "system/live/control_server.h"
#include "system/live/live_world.h"

namespace wavetank::app {

class Readiness {
 public:
  /// `node` is this process: what it needs follows from its name. What stays away, and that it is
  /// back, is told to `log`. All but `node` must outlive this.
  Readiness(live::LiveWorld& world, live::ControlServer& server, const std::string& node,
            std::ostream& log);

  /// It asks for the lag of topics, too.
  bool watches_lag() const { return heard_.contains("queue"); }

 private:
  struct Heard {
    std::string why;  ///< empty: it works
    Time at{};        ///< Time{}: nothing was heard yet
    int wrong = 0;    ///< times in a row
    std::string told{};
  };
  void need(live::ControlServer& server, const std::string& what);
  Task<void> watch();
  void ask(const std::string& what);
  void hear(const std::string& what, const Result<Done>& answer, const std::string& error);

  live::LiveWorld& world_;
  std::string node_;
  std::ostream& log_;
  std::map<std::string, Heard> heard_;
  TaskGroup watch_;
};

}  // namespace wavetank::app
