#pragma once
// The outputs that a run's submits ask for: their ids, and which of them a read is about.
//
// Ids are dense over all submitting loads, in the order of planned arrival. What a spike adds gets
// ids behind all planned ones, so that these stay the same with and without it. What is kept an
// output is 16 bytes, and only where some load reads them.

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/engine/load/load_plan.h"
#include "scenarios/engine/trust/by_index.h"

namespace wavetank::engine {

class OutputBook {
 public:
  /// `plan` must outlive it.
  explicit OutputBook(const LoadPlan& plan);

  /// The id of the next submit.
  OutputId next(bool extra);

  /// A submit of load `place` goes out; its ticket is complete.
  void offered(std::size_t place, const PlannedRequest& request);

  /// The ticket of the output that a read of load `reader` is about; none where nothing has been
  /// offered for long enough. A function of the plan, never of what the platform did.
  std::optional<Ticket> pick(std::size_t reader, std::uint64_t subject, Time now);

 private:
  struct Offer {
    std::uint32_t output = 0;
    std::uint32_t entity = 0;
    std::uint64_t planned_and_class = 0;  ///< ns << 8 | class << 2 | priority
    Time planned() const { return {static_cast<std::int64_t>(planned_and_class >> 8)}; }
  };
  struct Shelf {  ///< one for each submitting load that is read
    bool read = false;
    std::uint32_t count = 0;
    ByIndex<Offer> offers;
  };
  struct Reader {  ///< one for each reading load
    std::size_t from = 0;
    std::shared_ptr<const sim::Zipf> zipf;
    std::uint32_t ripe = 0;          ///< offers that are old enough to be read
    ByIndex<std::uint32_t> newest;   ///< by key: 1 + the place of its last ripe offer
  };
  void ripen(Reader& reader, const ReadChoice& choice, Time now);
  std::uint32_t choose(const Reader& reader, const ReadChoice& choice, std::uint64_t bits) const;
  std::uint32_t count_planned() const;

  const LoadPlan& plan_;
  std::uint32_t next_ = 0;
  std::optional<std::uint32_t> next_extra_;
  std::vector<Shelf> shelves_;   ///< by place
  std::vector<Reader> readers_;  ///< by place
};

}  // namespace wavetank::engine
