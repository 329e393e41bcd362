#include "system/base/frame_pool.h"

#include <cstring>
#include <doctest/doctest.h>
#include <set>
#include <vector>

#include "system/base/loop.h"
#include "system/base/task_group.h"

using namespace wavetank;

namespace {

Task<void> brief(Loop& loop) { co_await sleep(loop, nanoseconds(1)); }

}  // namespace

TEST_CASE("frame pool: a block that comes back is the next to go out, in its size class only") {
  FramePool pool;
  void* small = pool.take(33);
  void* large = pool.take(65);
  pool.give(small, 33);
  pool.give(large, 65);
  CHECK(pool.take(96) == large);
  CHECK(pool.take(64) == small);
}

TEST_CASE("frame pool: blocks in use never overlap, whatever their size") {
  FramePool pool;
  struct Block {
    unsigned char* memory;
    std::size_t bytes;
    unsigned char fill;
  };
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < 2'000; ++i) {
    const std::size_t bytes = 1 + (i * 37) % 6'000;  // Beyond 4 KiB the system serves.
    auto* memory = static_cast<unsigned char*>(pool.take(bytes));
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % alignof(std::max_align_t) == 0);
    const auto fill = static_cast<unsigned char>(i);
    std::memset(memory, fill, bytes);
    blocks.push_back({memory, bytes, fill});
  }
  for (const Block& block : blocks) {
    bool intact = true;
    for (std::size_t i = 0; i < block.bytes; ++i) intact &= block.memory[i] == block.fill;
    CHECK(intact);
    pool.give(block.memory, block.bytes);
  }
}

TEST_CASE("frame pool: memory follows the most frames ever alive, not their number") {
  Run run(1);
  Loop loop(run);
  TaskGroup group(loop, loop.root());
  for (int i = 0; i < 2'000; ++i) group.spawn(brief(loop));
  loop.run_until(time_max);
  const std::size_t after_one = run.frames().reserved();
  CHECK(after_one > 0);
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 2'000; ++i) group.spawn(brief(loop));
    loop.run_until(time_max);
  }
  CHECK(run.frames().reserved() == after_one);
}
