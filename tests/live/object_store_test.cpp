// The object store port: its layout, its manifests, what it notes, and parts as attempts encode
// them. Its contract is in tests/contract.

#include <doctest/doctest.h>

#include <fstream>
#include <rapidcheck.h>

#include "system/live/folder_client.h"
#include "system/live/manifest_json.h"
#include "system/live/object_store.h"
#include "tests/live/fixture.h"
#include "tests/live/scripted.h"
#include "tests/live/temp_folder.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

/// A store in a folder.
struct Shelf {
  Shelf() {
    target.objects.folder = folder.path / "objects";
    bench.emplace(target);
    attempts.emplace(folder.path / "scratch", mib(16));
    noted.emplace(bench->core.history);
    store.emplace(bench->core.env, *attempts);
  }
  ~Shelf() { bench->core.stop(); }

  auto put(const verb::PutObject::Args& args) {
    CallInfo info = bench->info();
    info.entity = EntityId{17};
    return bench->ask([&] { return store->put(bench->caller, args, info); });
  }
  auto get(OutputId output, EntityId entity) {
    CallInfo info = bench->info();
    info.entity = entity;
    return bench->ask([&] { return store->get(bench->caller, output, info); });
  }
  std::filesystem::path place() const {
    return folder.path / "objects" / bench->core.env.run / "e17" / "v203";
  }

  TempFolder folder;
  Target target;
  std::optional<Bench> bench;
  std::optional<Attempts> attempts;
  std::optional<Noted> noted;
  std::optional<LiveObjectStore> store;
};

verb::PutObject::Args manifest() {
  verb::PutObject::Args args;
  args.output = OutputId{203};
  args.is_manifest = true;
  args.manifest.job = JobId{3};
  args.manifest.epoch = 2;
  args.manifest.validated = true;
  return args;
}

}  // namespace

TEST_CASE("live store: a part holds what its attempt encoded, under the run, entity and version") {
  Shelf shelf;
  Slot slot;
  slot.executor = 4;
  slot.attempt = shelf.attempts->begin(slot, TaskSpec());
  std::ofstream(encoded_part(*shelf.attempts->find(slot.attempt)->scratch)) << "encoded rows";
  verb::PutObject::Args part;
  part.output = OutputId{203};
  part.slot = slot;
  part.part.index = 7;
  CHECK(shelf.put(part).ok());
  part.part.attempt = 33;
  CHECK(shelf.put(part).ok());
  shelf.attempts->end(slot.attempt);
  FolderClient client(shelf.folder.path / "objects");
  const std::string folder = shelf.bench->core.env.run + "/e17/v203/";
  CHECK(*client.get(folder + "part-00007", {}) == "encoded rows");
  CHECK(*client.get(folder + "part-00007.33", {}) == "encoded rows");
  // The attempt's own folder goes with whoever holds it last.
  CHECK(shelf.bench->wait_for([&] { return shelf.folder.files() == 2; }));
}

TEST_CASE("live store: a manifest is plain JSON; who publishes and who overwrites is noted") {
  Shelf shelf;
  CHECK(shelf.put(manifest()).ok());
  CHECK(shelf.put(manifest()).failure() == Failure::conflict);
  CHECK(shelf.noted->kinds() == std::vector<EventKind>{EventKind::manifest_published});
  const Event& published = shelf.noted->events[0];
  CHECK(published.ticket.output == OutputId{203});
  CHECK(published.ticket.entity == EntityId{17});
  CHECK(published.extra == 2);
  CHECK(published.aux == 1);
  verb::PutObject::Args blind = manifest();
  blind.if_absent = false;
  CHECK(shelf.put(blind)->overwrote);
  CHECK(shelf.noted->kinds() ==
        std::vector<EventKind>{EventKind::manifest_published, EventKind::manifest_published,
                               EventKind::version_overwritten});
  CHECK(shelf.noted->events[2].cause != 0);
  std::ifstream in(shelf.place() / "manifest.json");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(text.find("\"schema_version\": 1") != std::string::npos);
}

TEST_CASE("live store: an object that is no manifest is invalid, not a crash") {
  Shelf shelf;
  std::filesystem::create_directories(shelf.place());
  for (const char* text : {"", "{}", "[1]", "null", "{\"output\": -1}", "{\"output\": 1e99}"}) {
    std::ofstream(shelf.place() / "manifest.json") << text;
    CHECK(shelf.get(OutputId{203}, EntityId{17}).failure() == Failure::invalid);
  }
  CHECK(shelf.get(OutputId{203}, EntityId{18}).failure() == Failure::not_found);
}

TEST_CASE("live store: a store that cannot be opened is unavailable and says why") {
  Shelf shelf;
  shelf.target.objects.kind = "s3";
  CHECK(shelf.get(OutputId{203}, EntityId{17}).failure() == Failure::unavailable);
  CHECK(shelf.store->last_error() == "objects.endpoint is not set");
  std::optional<bool> ready;
  shelf.store->probe([&ready](Result<Done> done) { ready = done.ok(); });
  CHECK(shelf.bench->wait_for([&] { return ready.has_value(); }));
  CHECK(*ready == false);
  shelf.target.objects.kind = "folder";
  ready.reset();
  shelf.store->probe([&ready](Result<Done> done) { ready = done.ok(); });
  CHECK(shelf.bench->wait_for([&] { return ready.has_value(); }));
  CHECK(*ready);
}

TEST_CASE("live store: a manifest is read as it was written, by a clock with another origin") {
  const LiveClock here(1'000'000);
  const LiveClock there(5'000'000);
  CHECK(rc::check([&](std::uint64_t digest, bool right, std::uint16_t version) {
    Manifest m = manifest().manifest;
    m.output = OutputId{*rc::gen::arbitrary<std::uint32_t>()};
    m.digest = digest;
    m.right = right;
    m.code_version = version;
    m.rows_in = *rc::gen::positive<std::int64_t>();
    m.published = Time{9'000'000};
    const auto read = read_manifest(manifest_json(m, here), there);
    RC_ASSERT(read.ok());
    RC_ASSERT(read->output == m.output);
    RC_ASSERT(read->digest == digest);
    RC_ASSERT(read->right == right);
    RC_ASSERT(read->code_version == version);
    RC_ASSERT(read->rows_in == m.rows_in);
    RC_ASSERT(there.to_unix(read->published) == here.to_unix(m.published));
  }));
}
