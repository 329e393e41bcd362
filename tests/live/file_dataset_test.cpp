// The dataset port over real rows: two stages by hand, as worker and driver make them.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "system/live/object_store.h"
#include "system/live/dataset/file_dataset.h"
#include "system/live/dataset/shuffle_files.h"
#include "tests/live/fixture.h"
#include "tests/live/temp_folder.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

constexpr std::int64_t rows = 30'000;
constexpr Bytes input{rows * 100};

/// Executors 0 and 1 in one process, with inputs of 200 keys.
struct Plant {
  explicit Plant(Bytes memory = mib(64), double rejected = 0) {
    target.objects.folder = folder.path / "objects";
    bench.emplace(target);
    attempts.emplace(folder.path / "scratch", memory);
    WorkShape shape;
    shape.input.keys = 200;
    shape.input.rejected = rejected;
    data.emplace(bench->core.env, *attempts, shape);
  }
  ~Plant() { bench->core.stop(); }

  TaskSpec task(std::uint16_t stage, std::uint32_t partition) const {
    TaskSpec made;
    made.job = JobId{5};
    made.ticket.output = output;
    made.stage = stage;
    made.partition = partition;
    made.last_stage = stage == 1;
    made.shape = {input, 3, 4};
    return made;
  }
  Slot begin(const TaskSpec& task, std::uint32_t executor = 0) {
    Slot slot;
    slot.executor = executor;
    slot.node = bench->caller.id();
    slot.attempt = attempts->begin(slot, task);
    return slot;
  }
  template <class V>
  typename V::Args args(Slot slot, Bytes bytes, std::int64_t n = 0) const {
    typename V::Args made;
    made.slot = slot;
    made.bytes = bytes;
    made.rows = n;
    return made;
  }
  Result<Moved> scan(Slot slot, Bytes bytes) {
    const auto a = args<verb::Scan>(slot, bytes);
    return bench->ask([&] { return data->scan(bench->caller, a, bench->info()); });
  }
  Result<Moved> store(Slot slot, Bytes bytes) {
    const auto a = args<verb::Store>(slot, bytes);
    return bench->ask([&] { return data->store(bench->caller, a, bench->info()); });
  }
  Result<Moved> fetch(Slot slot) {
    const auto a = args<verb::Fetch>(slot, Bytes{});
    return bench->ask([&] { return data->fetch(bench->caller, a, bench->info()); });
  }
  Result<Moved> spill(Slot slot, Bytes bytes) {
    const auto a = args<verb::Spill>(slot, bytes);
    return bench->ask([&] { return data->spill(bench->caller, a, bench->info()); });
  }
  Result<Moved> encode(Slot slot, Bytes bytes, std::int64_t n) {
    const auto a = args<verb::Work>(slot, bytes, n);
    return bench->ask([&] { return data->work(bench->caller, a, bench->info()); });
  }
  Result<Grant> reserve(Slot slot, Bytes want, Bytes unspillable = {}) {
    verb::Reserve::Args a;
    a.slot = slot;
    a.want = want;
    a.unspillable = unspillable;
    return bench->ask([&] { return data->reserve(bench->caller, a, bench->info()); });
  }
  /// All three maps, 40 bytes a row; what each left for each reducer is learned.
  void map_all() {
    for (std::uint32_t map = 0; map < 3; ++map) {
      const Slot slot = begin(task(0, map), map % 2);
      const auto scanned = scan(slot, {input.count / 3});
      REQUIRE(scanned.ok());
      CHECK(scanned->rows == rows / 3);
      CHECK(scanned->bytes == Bytes{input.count / 3});
      const auto stored = store(slot, {rows / 3 * 40});
      REQUIRE(stored.ok());
      CHECK(stored->bytes == Bytes{rows / 3 * 40});
      data->learn(output, map, attempts->find(slot.attempt)->shuffled);
      attempts->end(slot.attempt);
    }
  }

  const OutputId output{9};
  TempFolder folder;
  Target target;
  std::optional<Bench> bench;
  std::optional<Attempts> attempts;
  std::optional<FileDataset> data;
};

Ticket ticket_of(OutputId output) {
  Ticket ticket;
  ticket.output = output;
  return ticket;
}

}  // namespace

TEST_CASE("live dataset: no row is lost or doubled on its way, and bytes are those asked") {
  Plant plant(mib(64), 0.1);
  plant.map_all();
  const auto keyed = plant.data->partition(ticket_of(plant.output), Bytes{1}, 4);
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (std::uint32_t p = 0; p < 4; ++p) {
    const Slot slot = plant.begin(plant.task(1, p));
    CHECK(plant.reserve(slot, mib(10))->memory == mib(10));
    const auto fetched = plant.fetch(slot);
    REQUIRE(fetched.ok());
    CHECK(fetched->bytes == keyed->bytes(p));
    CHECK(plant.data->plan_spill(slot, {}, 3, {}, 10).runs == 0);
    const auto encoded = plant.encode(slot, {fetched->rows * 50}, fetched->rows);
    REQUIRE(encoded.ok());
    // A key's last row carries its sums, and may take a few bytes more.
    CHECK(encoded->bytes.count >= encoded->rows * 50);
    CHECK(encoded->bytes.count <= encoded->rows * 50 + 200 * 16);
    const auto& scratch = *plant.attempts->find(slot.attempt)->scratch;
    CHECK(std::filesystem::file_size(encoded_part(scratch)) ==
          static_cast<std::uintmax_t>(encoded->bytes.count));
    in += fetched->rows;
    out += encoded->rows;
    plant.attempts->end(slot.attempt);
  }
  CHECK(in == rows);
  InputShape shape;
  shape.keys = 200;
  shape.rejected = 0.1;
  const InputData expected("any", shape);
  std::int64_t good = 0;
  for (std::int64_t i = 0; i < rows; ++i) good += expected.row(i).good ? 1 : 0;
  CHECK(out == good);
}

TEST_CASE("live dataset: a verb at work shows how far it is, and what it did once it is over") {
  Plant plant;
  const Slot slot = plant.begin(plant.task(0, 0));
  CHECK_FALSE(plant.attempts->find(slot.attempt)->headway().step);
  REQUIRE(plant.scan(slot, {input.count / 3}).ok());
  const Headway scanned = plant.attempts->find(slot.attempt)->headway();
  CHECK(scanned.step == Op::dataset_scan);
  CHECK(scanned.rows == rows / 3);
  CHECK(scanned.bytes == Bytes{input.count / 3});
  // A task of its own over the same split: it looks whether it is to stop once a block of rows.
  const LiveAttempt& attempt = *plant.attempts->find(slot.attempt);
  std::vector<Headway> seen;
  const TaskWork* looked_at = nullptr;
  TaskWork work(attempt, *plant.attempts, [&] {
    if (looked_at != nullptr) seen.push_back(looked_at->headway());
    return false;
  });
  looked_at = &work;
  const auto encoded =
      work.once(Op::dataset_work, [&] { return work.encode({rows / 3 * 50}, rows / 3); });
  REQUIRE(encoded.ok());
  REQUIRE(seen.size() > 5);
  for (std::size_t i = 2; i < seen.size(); ++i) {
    CHECK(seen[i].step == Op::dataset_work);
    CHECK(seen[i].rows > seen[i - 1].rows);
    CHECK(seen[i].bytes > seen[i - 1].bytes);
  }
  CHECK(work.headway().rows == encoded->rows);
}

TEST_CASE("live dataset: who waits for memory is at no other step") {
  Plant plant(mib(1));
  const Slot holds = plant.begin(plant.task(1, 0));
  REQUIRE(plant.reserve(holds, mib(1))->memory == mib(1));
  const Slot waits = plant.begin(plant.task(1, 1));
  bool told = false;
  plant.attempts->reserve(waits.attempt, mib(1), [&told](Bytes) { told = true; });
  CHECK(plant.attempts->find(waits.attempt)->headway().step == Op::dataset_reserve);
  plant.attempts->end(holds.attempt);
  CHECK(told);
  CHECK_FALSE(plant.attempts->find(waits.attempt)->headway().step);
}

TEST_CASE("live dataset: what does not fit into the grant is spilled, and encodes to the same") {
  const auto part = [](Bytes grant, std::int64_t& spilled) {
    Plant plant(mib(64));
    plant.map_all();
    const Slot slot = plant.begin(plant.task(1, 2));
    REQUIRE(plant.reserve(slot, grant).ok());
    const auto fetched = plant.fetch(slot);
    REQUIRE(fetched.ok());
    const SpillPlan plan = plant.data->plan_spill(slot, {}, 3, {}, 10);
    const SpillPlan model = spill_plan(fetched->bytes, 3, grant, 10);
    CHECK(plan.passes == model.passes);
    CHECK(plan.moved == model.moved);
    if (plan.runs > 0) {
      const auto moved = plant.spill(slot, plan.moved);
      REQUIRE(moved.ok());
      CHECK(moved->bytes == plan.moved);
    }
    spilled = plan.moved.count;
    const auto encoded = plant.encode(slot, {fetched->rows * 50}, fetched->rows);
    REQUIRE(encoded.ok());
    std::string bytes;
    FileReader in(encoded_part(*plant.attempts->find(slot.attempt)->scratch));
    in.read(bytes, static_cast<std::size_t>(in.size()));
    return bytes;
  };
  std::int64_t fits = 0;
  std::int64_t over = 0;
  const std::string in_memory = part(mib(8), fits);
  const std::string from_runs = part(kib(128), over);
  CHECK(fits == 0);
  CHECK(over > 0);
  CHECK(in_memory == from_runs);
}

TEST_CASE("live dataset: a lost executor's shuffle files are gone, and so are a job's that ended") {
  Plant plant;
  plant.map_all();
  CHECK(find_shuffle(plant.attempts->root(), "job-5", 1).has_value());
  plant.attempts->lose(1);
  const Slot slot = plant.begin(plant.task(1, 0));
  CHECK(plant.fetch(slot).failure() == Failure::executor_lost);
  plant.attempts->end(slot.attempt);
  plant.attempts->forget(JobId{5});
  CHECK_FALSE(find_shuffle(plant.attempts->root(), "job-5", 0).has_value());
  plant.data->forget(plant.output);
  CHECK(plant.data->partition(ticket_of(plant.output), Bytes{8}, 4)->bytes(3) == Bytes{2});
}

TEST_CASE("live dataset: a map that runs again replaces what it left") {
  Plant plant;
  plant.map_all();
  plant.map_all();
  const auto keyed = plant.data->partition(ticket_of(plant.output), Bytes{1}, 4);
  std::int64_t sum = 0;
  for (std::uint32_t p = 0; p < 4; ++p) sum += keyed->bytes(p).count;
  CHECK(sum == rows * 40);
}

TEST_CASE("live dataset: an attempt that is killed stops soon and leaves nothing behind") {
  Plant plant;
  const Slot slot = plant.begin(plant.task(0, 0));
  auto args = plant.args<verb::Scan>(slot, {input.count / 3});
  args.compute = hours(1);
  CallInfo info = plant.bench->info(minutes(2));
  std::optional<Failure> heard;
  TaskGroup group(plant.bench->core.loop, plant.bench->caller);
  const auto call = [](FileDataset& data, Node& node, verb::Scan::Args a, CallInfo told,
                       std::optional<Failure>& out) -> Task<void> {
    auto moved = co_await data.scan(node, a, told);
    if (!moved.ok()) out = moved.failure();
  };
  group.start(call(*plant.data, plant.bench->caller, args, info, heard));
  REQUIRE(plant.bench->wait_for([&] { return plant.data->in_use() == 1; }));
  plant.attempts->end(slot.attempt);
  CHECK(plant.bench->wait_for([&] { return heard.has_value(); }));
  CHECK(*heard == Failure::killed);
  CHECK(plant.bench->wait_for([&] { return plant.data->in_use() == 0; }));
  bool left = false;
  for (const auto& at : std::filesystem::recursive_directory_iterator(plant.attempts->root())) {
    left = left || at.is_regular_file();
  }
  CHECK_FALSE(left);
}

TEST_CASE("live dataset: memory is shared, waits, and comes back when an attempt ends") {
  Plant plant(mib(8));
  const Slot first = plant.begin(plant.task(1, 0));
  CHECK(plant.reserve(first, mib(100))->memory == mib(8));
  const Slot second = plant.begin(plant.task(1, 1));
  std::optional<Bytes> granted;
  CHECK(plant.attempts->reserve(second.attempt, mib(3), [&](Bytes held) { granted = held; }));
  CHECK_FALSE(granted.has_value());
  CHECK(plant.attempts->waiting() == 1);
  plant.attempts->end(first.attempt);
  REQUIRE(granted.has_value());
  CHECK(*granted == mib(3));
  CHECK(plant.attempts->used() == mib(3));
  std::vector<std::uint32_t> overrun;
  plant.attempts->on_overrun = [&](std::uint32_t executor, Failure) {
    overrun.push_back(executor);
  };
  const Slot third = plant.begin(plant.task(1, 2), 1);
  CHECK(plant.reserve(third, mib(9), mib(9)).failure() == Failure::out_of_memory);
  CHECK(overrun == std::vector<std::uint32_t>{1});
}

TEST_CASE("live dataset: a hot key is in the rows that a job reads") {
  Plant plant;
  plant.data->hot_key(0.5, 1.0, 77);
  plant.map_all();
  const auto keyed = plant.data->partition(ticket_of(plant.output), Bytes{1}, 4);
  std::int64_t most = 0;
  for (std::uint32_t p = 0; p < 4; ++p) most = std::max(most, keyed->bytes(p).count);
  CHECK(most > rows * 40 / 2);
  CHECK(keyed->cause() == 77);
}

TEST_CASE("live dataset: a scratch folder without room is a full disk, to the worker too") {
  Plant plant;
  CHECK(plant.attempts->probe().ok());
  const Slot slot = plant.begin(plant.task(0, 0));
  std::filesystem::create_symlink("/dev/full",
                                  plant.attempts->find(slot.attempt)->scratch->folder() / "split");
  CHECK(plant.scan(slot, {input.count / 3}).failure() == Failure::disk_full);
}

TEST_CASE("live dataset: a slow worker answers late, but not once it is healed") {
  Plant plant;
  const Slot slot = plant.begin(plant.task(0, 0));
  Hosts& hosts = plant.bench->core.hosts;
  hosts.slow(plant.bench->caller.id(), 1e9);
  bool answered = false;
  const auto args = plant.args<verb::Scan>(slot, {input.count / 3});
  const CallInfo info = plant.bench->info(hours(1));
  TaskGroup group(plant.bench->core.loop, plant.bench->caller);
  const auto call = [](FileDataset& data, Node& node, verb::Scan::Args a, CallInfo told,
                       bool& out) -> Task<void> {
    auto moved = co_await data.scan(node, a, told);
    out = moved.ok();
  };
  group.start(call(*plant.data, plant.bench->caller, args, info, answered));
  const auto waits = [&] { return plant.data->use().waits.count; };
  REQUIRE(plant.bench->wait_for([&] { return waits() == 1 && plant.data->in_use() == 0; }));
  plant.bench->wait(milliseconds(100));  // what the thread has posted is heard
  CHECK_FALSE(answered);
  hosts.slow(plant.bench->caller.id(), 1);
  CHECK(plant.scan(slot, {input.count / 3}).ok());
  CHECK_FALSE(answered);
  group.cancel();
}
