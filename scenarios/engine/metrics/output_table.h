#pragma once
// What must be remembered of each output while metrics are made from events: 4 bytes.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/engine/metrics/age_index.h"
#include "system/base/ids.h"

namespace wavetank::engine {

struct OutputMark {
  enum class End : std::uint8_t { none, succeeded, failed, dead_lettered };
  static constexpr AgeIndex::Slot slots_max = 1u << 22;

  std::uint32_t slot : 22 = 0;    ///< in the outbox: of its accept; in the log: of its append
  std::uint32_t offered : 1 = 0;
  std::uint32_t accepted : 1 = 0;
  std::uint32_t in_outbox : 1 = 0;
  std::uint32_t in_log : 1 = 0;
  std::uint32_t taken : 1 = 0;    ///< by a launcher
  std::uint32_t manifest : 1 = 0; ///< one that can be trusted is published
  std::uint32_t ready : 1 = 0;    ///< was readable as trusted at some moment
  std::uint32_t end : 2 = 0;      ///< End
};
static_assert(sizeof(OutputMark) == 4);

/// By OutputId, in pages that come into being when an output of theirs does.
class OutputTable {
 public:
  OutputMark& operator[](OutputId output) {
    const std::size_t page = output.value / page_size;
    if (page >= pages_.size()) [[unlikely]] pages_.resize(page + 1);
    if (pages_[page] == nullptr) [[unlikely]] pages_[page] = std::make_unique<Page>();
    return (*pages_[page])[output.value % page_size];
  }

 private:
  static constexpr std::size_t page_size = 1u << 15;
  using Page = std::array<OutputMark, page_size>;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace wavetank::engine
