// The contract of the object store port: conditional puts have one winner, and a listing adds up
// what stands.

#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

constexpr OutputId output{5};

verb::PutObject::Args part(std::uint32_t index, std::int64_t rows, std::uint32_t attempt = 0) {
  verb::PutObject::Args args;
  args.output = output;
  args.size = Bytes{rows * 100};
  args.part.index = index;
  args.part.attempt = attempt;
  args.part.rows_in = rows + 2;
  args.part.rows_out = rows;
  args.part.rows_rejected = 2;
  args.part.digest = part_digest(output, index, rows);
  return args;
}

verb::PutObject::Args manifest(std::uint32_t epoch) {
  verb::PutObject::Args args;
  args.output = output;
  args.is_manifest = true;
  args.manifest.output = output;
  args.manifest.job = JobId{3};
  args.manifest.epoch = epoch;
  args.manifest.validated = true;
  args.manifest.parts = 2;
  args.manifest.rows_in = 34;
  args.manifest.rows_out = 30;
  args.manifest.rows_rejected = 4;
  args.manifest.digest = part_digest(output, 0, 10) + part_digest(output, 1, 20);
  return args;
}

struct Bucket {
  Trial& t;
  ObjectStore& objects() const { return t.world().objects(); }

  auto put(const verb::PutObject::Args& args, Duration within = whole_seconds(30)) const {
    return t.ask([&] { return objects().put(t.caller(), args, t.info(within)); });
  }
  auto get(OutputId of = output) const {
    return t.ask([&] { return objects().get(t.caller(), of, t.info()); });
  }
  auto list(OutputId of = output) const {
    return t.ask([&] { return objects().list(t.caller(), of, t.info()); });
  }
};

/// Runs a body against the object store of each world.
template <class Body>
void on_each_bucket(Body body) {
  on_each_world([&](Trial& t) {
    t.boot();
    body(t, Bucket{t});
  });
}

}  // namespace

TEST_CASE("contract objects: a listing counts parts, rows and digests, of one output") {
  on_each_bucket([](Trial&, const Bucket& bucket) {
    CHECK(bucket.list()->parts == 0);
    CHECK(bucket.put(part(0, 10)).ok());
    CHECK(bucket.put(part(1, 20)).ok());
    const auto listed = bucket.list();
    REQUIRE(listed.ok());
    CHECK(listed->parts == 2);
    CHECK(listed->rows_in == 34);
    CHECK(listed->rows_out == 30);
    CHECK(listed->rows_rejected == 4);
    CHECK(listed->digest == part_digest(output, 0, 10) + part_digest(output, 1, 20));
    CHECK(bucket.list(OutputId{6})->parts == 0);
  });
}

TEST_CASE("contract objects: a conditional put that comes second is lost, a blind one wins") {
  on_each_bucket([](Trial&, const Bucket& bucket) {
    CHECK(!bucket.put(part(0, 10))->overwrote);
    CHECK(failure_of(bucket.put(part(0, 11))) == Failure::conflict);
    CHECK(bucket.list()->rows_out == 10);
    verb::PutObject::Args blind = part(0, 12);
    blind.if_absent = false;
    CHECK(bucket.put(blind)->overwrote);
    CHECK(bucket.list()->rows_out == 12);
    CHECK(bucket.list()->parts == 1);
    // Where names carry the attempt, another attempt is another object.
    CHECK(!bucket.put(part(0, 13, 1))->overwrote);
    CHECK(bucket.list()->parts == 2);
  });
}

TEST_CASE("contract objects: of many conditional puts at once exactly one wins") {
  on_each_bucket([](Trial& t, const Bucket& bucket) {
    std::vector<Answer<Result<verb::PutObject::Reply>>> answers;
    for (std::uint32_t epoch = 1; epoch <= 8; ++epoch) {
      const verb::PutObject::Args args = manifest(epoch);
      answers.push_back(t.begin([&bucket, &t, args] {
        return bucket.objects().put(t.caller(), args, t.info());
      }));
    }
    std::uint32_t winner = 0;
    for (std::uint32_t epoch = 1; epoch <= 8; ++epoch) {
      const auto reply = t.finish(answers[epoch - 1]);
      if (!reply.ok()) CHECK(reply.failure() == Failure::conflict);
      if (!reply.ok()) continue;
      CHECK(winner == 0);
      winner = epoch;
    }
    CHECK(winner != 0);
    CHECK(bucket.get()->epoch == winner);
  });
}

TEST_CASE("contract objects: a manifest is read as it was published, and not before") {
  on_each_bucket([](Trial& t, const Bucket& bucket) {
    CHECK(failure_of(bucket.get()) == Failure::not_found);
    CHECK(bucket.put(part(0, 10)).ok());
    CHECK(bucket.put(part(1, 20)).ok());
    CHECK(failure_of(bucket.get()) == Failure::not_found);
    const Time before = t.now();
    CHECK(bucket.put(manifest(1)).ok());
    const auto read = bucket.get();
    REQUIRE(read.ok());
    CHECK(read->output == output);
    CHECK(read->job == JobId{3});
    CHECK(read->epoch == 1);
    CHECK(read->validated);
    CHECK(read->parts == 2);
    CHECK(read->rows_out == 30);
    CHECK(read->digest == manifest(1).manifest.digest);
    CHECK(read->published >= before);
    CHECK(read->published <= t.now());
    // The parts stand, and their names stay taken.
    CHECK(bucket.list()->parts == 2);
    CHECK(failure_of(bucket.put(part(0, 10))) == Failure::conflict);
  });
}

TEST_CASE("contract objects: a put whose answer was lost stands, so its retry loses to itself") {
  on_each_bucket([](Trial& t, const Bucket& bucket) {
    const Planted rule(t, Op::objects_put, Verdict::lose_reply());
    CHECK(failure_of(bucket.put(manifest(1), whole_seconds(3))) == Failure::timeout);
    CHECK(rule.fired() == 1);
    CHECK(failure_of(bucket.put(manifest(1))) == Failure::conflict);
    CHECK(bucket.get()->epoch == 1);
  });
}

TEST_CASE("contract objects: a lost or refused put leaves nothing, a repeated one no second part") {
  struct Case {
    Verdict verdict;
    std::uint32_t parts;
  };
  for (const Case& c : {Case{Verdict::refuse(), 0}, Case{Verdict::lose_request(), 0},
                        Case{Verdict::repeat(milliseconds(200)), 1}}) {
    CAPTURE(static_cast<int>(c.verdict.kind));
    on_each_bucket([&](Trial& t, const Bucket& bucket) {
      const Planted rule(t, Op::objects_put, c.verdict);
      CHECK(bucket.put(part(0, 10), whole_seconds(3)).ok() == (c.parts == 1));
      t.wait(whole_seconds(3));
      CHECK(bucket.list()->parts == c.parts);
    });
  }
}
