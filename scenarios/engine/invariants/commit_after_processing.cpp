#include <map>

#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind commit_kinds[] = {EventKind::message_consumed, EventKind::message_redelivered,
                                      EventKind::message_handled, EventKind::offset_committed};

/// A consumer commits an offset only when it has finished every message before it: a crash between
/// the two would lose what was committed and never done. It keeps what lies between the last commit
/// and the newest delivery of each partition.
class CommitAfterProcessing final : public Invariant {
 public:
  CommitAfterProcessing() : Invariant("commits") {}
  std::span<const EventKind> kinds() const override { return commit_kinds; }

  void on_event(const Event& event) override {
    Partition& partition = partitions_[event.attempt];
    if (event.kind == EventKind::offset_committed) {
      committed(event, partition);
    } else if (event.extra >= partition.committed) {
      Message& message = partition.open[event.extra];
      message.ticket = event.ticket;
      message.handled = message.handled || event.kind == EventKind::message_handled;
    }
  }

 private:
  struct Message {
    Ticket ticket;
    bool handled = false;
  };
  struct Partition {
    std::int64_t committed = 0;
    std::map<std::int64_t, Message> open;  ///< by offset, from the last commit on
  };

  void committed(const Event& event, Partition& partition) {
    saw();
    const auto end = partition.open.lower_bound(event.value);
    for (auto one = partition.open.begin(); one != end; ++one) {
      if (one->second.handled) continue;
      Event early = event;
      early.ticket = one->second.ticket;
      violated(early, "had its message committed before it was handled", ShownBy::absence);
    }
    partition.open.erase(partition.open.begin(), end);
    partition.committed = std::max(partition.committed, event.value);
  }

  bool decided(bool) const override { return seen() > 0; }

  std::map<std::uint32_t, Partition> partitions_;  ///< by topic and partition, as events name them
};

}  // namespace

std::unique_ptr<Invariant> make_commit_after_processing() {
  return std::make_unique<CommitAfterProcessing>();
}

}  // namespace wavetank::engine
