// version_immutable, published_after_validated and conserved on histories written by hand.

#include "tests/engine/invariant_history.h"

namespace wavetank::engine {

TEST_CASE("version_immutable holds when second writes are refused") {
  HandHistory h({"version_immutable"});
  h.whole_life(1, 1);
  h.at(9, EventKind::manifest_refused, 1, 0, 2);
  h.at(9, EventKind::job_not_needed, 1);
  h.published(9, 1);  // The same epoch again: a put whose reply was lost.
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
}

TEST_CASE("version_immutable counts an overwriting once, whichever event tells of it first") {
  HandHistory manifest_first({"version_immutable"});
  manifest_first.published(1, 17, 1, 1);
  manifest_first.published(2, 17, 1, 2);
  manifest_first.at(2, EventKind::version_overwritten, 17, 0, 2);
  CHECK(manifest_first.result().violations == 1);

  HandHistory told_first({"version_immutable"});
  told_first.published(1, 17, 1, 1);
  told_first.at(2, EventKind::version_overwritten, 17, 0, 2);
  told_first.published(2, 17, 1, 2);
  const InvariantResult r = told_first.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v17 written twice");

  HandHistory manifest_only({"version_immutable"});
  for (int epoch = 1; epoch <= 4; ++epoch) manifest_only.published(epoch, 17, 1, epoch);
  CHECK(manifest_only.result().violations == 3);
}

TEST_CASE("version_immutable sees an overwriting under the same epoch, by another process") {
  HandHistory h({"version_immutable"});
  h.published(1, 17);
  h.at(2, EventKind::version_overwritten, 17, 0, 1);
  h.published(2, 17);
  h.at(3, EventKind::version_overwritten, 17, 0, 1);
  CHECK(h.result().violations == 2);
}

TEST_CASE("version_immutable is undecided where nothing was published") {
  HandHistory h({"version_immutable"});
  h.accepted(1, 1);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("published_after_validated holds for epochs that were accepted") {
  HandHistory h({"published_after_validated"});
  h.at(1, EventKind::output_validated, 1, 1, 1);
  h.at(1, EventKind::output_validated, 1, 1, 2);
  h.at(2, EventKind::manifest_published, 1, 1, 1, 1);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 1);
}

TEST_CASE("published_after_validated is broken without, after, or by another epoch's validation") {
  HandHistory h({"published_after_validated"});
  h.at(1, EventKind::manifest_published, 1, 1, 1, 0);  // Never.
  h.at(1, EventKind::output_validated, 1, 1, 1);       // Too late.
  h.at(2, EventKind::output_validated, 2, 0, 1);       // Refused.
  h.at(3, EventKind::manifest_published, 2, 1, 1, 1);
  h.at(4, EventKind::output_validated, 3, 1, 1);  // Of epoch 1 only.
  h.at(5, EventKind::manifest_published, 3, 1, 2, 1);
  const InvariantResult r = h.result();
  CHECK(r.violations == 3);
  CHECK(r.evidence.at(0).what == "e88/v1 published before validation accepted it");
}

TEST_CASE("published_after_validated is undecided without a manifest") {
  HandHistory h({"published_after_validated"});
  h.at(1, EventKind::output_validated, 1, 0, 1);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("conserved holds when what went in came out") {
  HandHistory h({"conserved"});
  h.at(0, EventKind::request_sent, 1);
  h.at(0.5, EventKind::request_done, 1);
  h.whole_life(1, 1);
  h.at(4, EventKind::message_published, 1);  // Published twice: still one message.
  h.at(5, EventKind::message_redelivered, 1);
  h.at(5, EventKind::rows_counted, 1, 1000, 990, 10);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 3);
}

TEST_CASE("conserved is broken by rows that vanish or appear") {
  HandHistory h({"conserved"});
  h.at(5, EventKind::rows_counted, 1, 1000, 989, 10);
  h.at(5, EventKind::rows_counted, 2, 1000, 1001, 0);
  const InvariantResult r = h.result();
  CHECK(r.violations == 2);
  CHECK(r.evidence.at(0).what == "e88/v1 has 1000 rows in, but 989 out and 10 rejected");
}

TEST_CASE("conserved is broken by a published message that is nowhere") {
  HandHistory h({"conserved"}, [] { return std::optional<std::int64_t>(1); });
  h.at(1, EventKind::message_published, 1);
  h.at(1, EventKind::message_published, 2);
  h.at(1, EventKind::message_published, 3);
  h.at(2, EventKind::message_dead_lettered, 3);
  CHECK(h.result().violations == 1);  // One of the two is queued.
}

TEST_CASE("conserved does not guess what is queued") {
  HandHistory h({"conserved"});
  h.at(1, EventKind::message_published, 1);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("conserved is broken by a request that is never done, or done twice") {
  HandHistory lost({"conserved"});
  lost.at(1, EventKind::request_sent, 1);
  CHECK(lost.result().violations == 1);
  HandHistory under_way({"conserved"});
  under_way.at(1, EventKind::request_sent, 1);
  under_way.at(2, EventKind::request_done, 1);
  under_way.at(995, EventKind::request_sent, 1);
  CHECK(under_way.result(1000).verdict == "holds");
  HandHistory twice({"conserved"});
  twice.at(1, EventKind::request_sent, 1);
  twice.at(2, EventKind::request_done, 1);
  twice.at(2, EventKind::request_done, 1);
  CHECK(twice.result().violations == 1);
  HandHistory retried({"conserved"});
  retried.at(1, EventKind::request_sent, 1);
  Event retry = HandHistory::event(EventKind::request_sent, 1);
  retry.attempt = 1;
  retried.at(2, retry);
  retried.at(3, EventKind::request_done, 1);
  CHECK(retried.result().verdict == "holds");
}

TEST_CASE("conserved judges balances only once the run has settled") {
  HandHistory h({"conserved"});
  h.at(1, EventKind::request_sent, 1);
  CHECK(h.result(2, false).verdict == "undecided");
}

}  // namespace wavetank::engine
