#include "scenarios/engine/shrink/ddmin.h"

#include <algorithm>
#include <numeric>

namespace wavetank::engine {
namespace {

/// Without chunk `i` of `chunks`, which are as equal in length as can be.
std::vector<std::size_t> without_chunk(const std::vector<std::size_t>& all, std::size_t i,
                                       std::size_t chunks) {
  const std::size_t from = all.size() * i / chunks;
  const std::size_t to = all.size() * (i + 1) / chunks;
  std::vector<std::size_t> out(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
  out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(to), all.end());
  return out;
}

}  // namespace

std::vector<std::size_t> ddmin(std::size_t n, const FailsWith& fails) {
  std::vector<std::size_t> kept(n);
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  if (kept.empty() || fails({})) return {};
  std::size_t chunks = 2;
  std::size_t first = 0;  // the chunk to leave out first
  while (kept.size() > 1) {
    bool shorter = false;
    for (std::size_t k = 0; k < chunks && !shorter; ++k) {
      const std::size_t i = (first + k) % chunks;
      std::vector<std::size_t> rest = without_chunk(kept, i, chunks);
      if (!fails(rest)) continue;
      kept = std::move(rest);
      first = i;
      shorter = true;
    }
    if (shorter) {
      chunks = std::clamp<std::size_t>(chunks - 1, 2, std::max<std::size_t>(2, kept.size()));
      first = first % chunks;
    } else if (chunks < kept.size()) {
      chunks = std::min(chunks * 2, kept.size());
      first = 0;
    } else {
      break;
    }
  }
  return kept;
}

}  // namespace wavetank::engine
