#include "system/validator.h"

namespace wavetank::service {

OutputSettings::OutputSettings() {
  objects.timeout = whole_seconds(10);
  objects.retry.attempts = 5;
  objects.retry.budget = Ratio{1};
}

void OutputSettings::describe(Fields& f) {
  f.field("validation", validation,
          {.help = "Rows, schema and digest are checked before a manifest is published."});
  f.field("immutable", immutable,
          {.help = "A version is written once: conditional puts, and one name a part whatever the "
                   "attempt.",
           .vendor = "If-None-Match: *"});
  f.field("fencing", fencing,
          {.help = "A launch that was replaced can no longer publish or report."});
  f.section("objects", objects, {.help = "How the object store is called."});
}

void OutputSettings::disarm() {
  validation = false;
  immutable = false;
  fencing = false;
}

Validator::Validator(World& world, Node& node, const OutputSettings& settings,
                     const DependencySettings& database)
    : world_(world),
      node_(node),
      settings_(settings),
      objects_(Service::objects, settings.objects, node, world.history()),
      database_(Service::database, database, node, world.history()) {}

void Validator::note(EventKind kind, const ProcessRecord& record, JobId job, std::uint32_t epoch,
                     std::int64_t value, EventId cause, std::uint64_t digest) {
  Event event;
  event.kind = kind;
  event.ticket = record.ticket;
  event.process = record.process;
  event.job = job;
  event.node = node_.id();
  event.value = value;
  event.extra = epoch;
  event.aux = static_cast<std::int64_t>(digest);
  event.cause = cause;
  world_.history().note(event);
}

Task<Result<Done>> Validator::still_ours(ProcessRecord record, std::uint32_t epoch, CallInfo info) {
  if (!settings_.fencing) co_return Done{};
  verb::Advance::Args args;
  args.process = record.process;
  args.from = ProcessState::running;
  args.to = ProcessState::running;
  args.epoch = epoch;
  auto send = [this, args](CallInfo told) { return world_.database().advance(node_, args, told); };
  auto view = co_await database_.insist<ProcessView>(send, info);
  if (!view.ok()) co_return view.failure();
  co_return Done{};
}

Task<Result<Done>> Validator::publish(ProcessRecord record, JobId job, std::uint32_t epoch,
                                      Tally tally, EventId cause) {
  CallInfo info;
  info.subject = record.ticket.output.value;
  info.priority = record.ticket.priority;
  info.entity = record.ticket.entity;
  info.cause = cause;
  info.deadline = node_.loop().now() + hours(1);
  const OutputId output = record.ticket.output;
  auto look = [this, output](CallInfo told) { return world_.objects().list(node_, output, told); };
  auto found = co_await objects_.insist<verb::ListParts::Reply>(look, info);
  if (!found.ok()) co_return found.failure();
  const bool right = found->parts == tally.parts && found->rows_out == tally.rows_out &&
                     found->digest == tally.digest;
  if (settings_.validation) {
    note(EventKind::output_validated, record, job, epoch, right ? 1 : 0, cause, found->digest);
    if (!right) co_return Failure::invalid;
  }
  auto ours = co_await still_ours(record, epoch, info);
  if (!ours.ok()) {
    note(EventKind::manifest_refused, record, job, epoch, 0, cause);
    co_return ours.failure() == Failure::conflict ? Failure::fenced : ours.failure();
  }
  verb::PutObject::Args put;
  put.output = output;
  put.is_manifest = true;
  put.if_absent = settings_.immutable;
  put.size = Bytes{1'000};
  put.manifest = {output, job, epoch, 1, 1, settings_.validation, found->parts, tally.rows_in,
                  found->rows_out, found->rows_rejected, found->digest, right, Time{}};
  auto send = [this, put](CallInfo told) { return world_.objects().put(node_, put, told); };
  auto done = co_await objects_.insist<verb::PutObject::Reply>(send, info);
  if (done.ok()) co_return Done{};
  if (done.failure() == Failure::conflict) {
    note(EventKind::manifest_refused, record, job, epoch, 0, cause);
  }
  co_return done.failure();
}

}  // namespace wavetank::service
