#include "faults/durable_step.h"

#include "system/ports/compute.h"
#include "system/ports/database.h"
#include "system/ports/object_store.h"
#include "system/ports/queue.h"

namespace wavetank::faults {
namespace {

template <class V>
const CallOf<V>& as(const Call& call) {
  return static_cast<const CallOf<V>&>(call);
}

}  // namespace

OpMask durable_ops() {
  OpMask mask = 0;
  for (const Op op : {Op::http_callback, Op::db_accept, Op::db_claim_outbox, Op::db_mark_published,
                      Op::db_advance, Op::db_record_callback, Op::queue_publish, Op::queue_commit,
                      Op::objects_put, Op::compute_start_job, Op::compute_kill_job,
                      Op::dataset_store}) {
    mask |= mask_of(op);
  }
  return mask;
}

std::string step_of(const Call& call) {
  switch (call.op) {
    case Op::db_advance:
      return name_of(as<verb::Advance>(call).args.to);
    case Op::objects_put:
      return as<verb::PutObject>(call).args.is_manifest ? "manifest" : "part";
    case Op::queue_publish:
      return as<verb::Publish>(call).args.topic == Topic::dead_letter ? "dead_letter" : "";
    default:
      return {};
  }
}

bool took_effect(const Call& call) {
  if (call.failed()) return false;
  return call.op != Op::db_claim_outbox || !as<verb::ClaimOutbox>(call).reply->empty();
}

}  // namespace wavetank::faults
