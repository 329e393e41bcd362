#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/world/models/chunked_vector.h"
#include "sim/world/models/indexed_heap.h"

using namespace wavetank::sim;

TEST_CASE("an indexed heap agrees with an ordered set and knows where each entry is") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  using Entry = std::pair<int, std::uint32_t>;  // key and item
  CHECK(rc::check("heap against set", [](const std::vector<Op>& ops) {
    IndexedHeap<Entry> heap;
    std::set<Entry> plain;
    std::vector<std::uint32_t> positions(64, not_in_heap);
    std::vector<int> keys(64);
    const auto moved = [&](const Entry& e, std::uint32_t at) { positions[e.second] = at; };
    for (const auto& [op, who, key] : ops) {
      const std::uint32_t item = who % 64;
      const bool inside = positions[item] != not_in_heap;
      if (inside) plain.erase({keys[item], item});
      if (inside && op % 3 == 0) {
        heap.erase(positions[item], moved);
      } else {
        keys[item] = key;
        plain.emplace(key, item);
        inside ? heap.update(positions[item], {key, item}, moved) : heap.push({key, item}, moved);
      }
      RC_ASSERT(heap.size() == plain.size());
      if (!plain.empty()) RC_ASSERT(heap.top() == *plain.begin());
      for (std::uint32_t i = 0; i < 64; ++i) {
        const bool there = plain.count({keys[i], i}) == 1;
        RC_ASSERT(there == (positions[i] != not_in_heap));
        if (there) RC_ASSERT(heap.at(positions[i]).second == i);
      }
    }
    while (!plain.empty()) {
      RC_ASSERT(heap.top() == *plain.begin());
      plain.erase(plain.begin());
      heap.erase(0, moved);
    }
  }));
}

TEST_CASE("a chunked vector's elements stay where they are, and far indices cost one chunk") {
  ChunkedVector<int, 4> numbers;
  int* first = &numbers[3];
  *first = 7;
  numbers[1'000'000] = 9;
  CHECK(&numbers[3] == first);
  CHECK(*numbers.find(3) == 7);
  CHECK(*numbers.find(4) == 0);
  CHECK(numbers.find(500) == nullptr);
  CHECK(numbers.find(2'000'000) == nullptr);
  CHECK(*numbers.find(1'000'000) == 9);
}

TEST_CASE("slots are used again, the last freed first") {
  SlotPool<int> pool;
  CHECK(pool.take() == 0);
  CHECK(pool.take() == 1);
  pool.give_back(0);
  CHECK(pool.in_use() == 1);
  CHECK(pool.take() == 0);
  CHECK(pool.take() == 2);
}
