#pragma once
// Delta debugging: the smallest part of a failing whole that fails alone, by ddmin (Zeller and
// Hildebrandt, IEEE TSE 28(2), 2002).
//
// It leaves out ever smaller chunks and keeps what still fails without them. Of the original only
// the complements are tried, and a pass goes on behind the chunk that was left out last, instead of
// starting again: with few culprits among many that takes the fewest tests.

#include <cstddef>
#include <functional>
#include <vector>

namespace wavetank::engine {

/// Whether what is made of these parts alone, by index in ascending order, still fails.
using FailsWith = std::function<bool(const std::vector<std::size_t>& kept)>;

/// Which of `n` parts, all of which together fail, are kept. 1-minimal: it does not fail without
/// any single one of them.
std::vector<std::size_t> ddmin(std::size_t n, const FailsWith& fails);

}  // namespace wavetank::engine
