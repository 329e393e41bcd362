#include "sim/world/models/object_model.h"

#include "system/base/check.h"

namespace wavetank::sim {
namespace {

constexpr int index_bits = 22;
constexpr int attempt_bits = 10;

std::uint64_t name_of_part(OutputId output, std::uint32_t index, std::uint32_t attempt) {
  WAVETANK_CHECK(index < (1u << index_bits), "an output has less than 2^22 parts");
  WAVETANK_CHECK(attempt < (1u << attempt_bits), "a part has less than 2^10 attempts");
  return (std::uint64_t{output.value} << 32) | (std::uint64_t{index} << attempt_bits) | attempt;
}

}  // namespace

std::uint32_t ObjectModel::find_part(std::uint64_t name) const {
  return part_index_.find(IntegerHash{}(name),
                          [&](std::uint32_t at) { return parts_[at].name == name; });
}

std::uint32_t ObjectModel::find_output(OutputId output) const {
  return output_index_.find(IntegerHash{}(output),
                            [&](std::uint32_t at) { return outputs_[at].id == output; });
}

std::uint32_t ObjectModel::make_output(OutputId output) {
  const std::uint32_t there = find_output(output);
  if (there != none) return there;
  const std::uint32_t slot = outputs_.take();
  outputs_[slot] = Output{output, {}, none};
  output_index_.insert(IntegerHash{}(output), slot);
  return slot;
}

void ObjectModel::count(verb::ListParts::Reply& totals, const Part& part, std::int64_t sign) {
  totals.parts = static_cast<std::uint32_t>(totals.parts + sign);
  totals.rows_in += sign * part.rows_in;
  totals.rows_out += sign * part.rows_out;
  totals.rows_rejected += sign * part.rows_rejected;
  totals.digest += sign < 0 ? ~part.digest + 1 : part.digest;
}

void ObjectModel::add(OutputId output, std::uint64_t name, const Part& part) {
  Output& held = outputs_[make_output(output)];
  const std::uint32_t slot = parts_.take();
  parts_[slot] = StoredPart{name, part, held.first};
  held.first = slot;
  count(held.totals, part, 1);
  part_index_.insert(IntegerHash{}(name), slot);
}

Result<verb::PutObject::Reply> ObjectModel::put(const verb::PutObject::Args& args) {
  if (args.is_manifest) return put_manifest(args);
  const Part& part = args.part;
  const std::uint64_t name = name_of_part(args.output, part.index, part.attempt);
  const std::uint32_t there = find_part(name);
  const bool sealed_away = there == none && part.attempt == 0 && manifests_.sealed(args.output) &&
                           part.index < manifests_.find(args.output)->parts;
  verb::PutObject::Reply reply;
  reply.overwrote = there != none || sealed_away;
  if (!reply.overwrote) {
    add(args.output, name, part);
    return reply;
  }
  if (args.if_absent) return Failure::conflict;
  ++overwrites_;
  if (sealed_away) return reply;
  Output& held = outputs_[find_output(args.output)];
  count(held.totals, parts_[there].part, -1);
  count(held.totals, part, 1);
  parts_[there].part = part;
  return reply;
}

Result<verb::PutObject::Reply> ObjectModel::put_manifest(const verb::PutObject::Args& args) {
  verb::PutObject::Reply reply;
  reply.overwrote = manifests_.has(args.output);
  if (reply.overwrote && args.if_absent) return Failure::conflict;
  if (reply.overwrote) ++overwrites_;
  const bool sealed = manifests_.sealed(args.output);
  Manifest manifest = args.manifest;
  manifest.output = args.output;
  manifests_.set(manifest);
  if (sealed) manifests_.seal(args.output);
  return reply;
}

Result<Manifest> ObjectModel::manifest(OutputId output) const {
  const auto found = manifests_.find(output);
  if (!found) return Failure::not_found;
  return *found;
}

verb::ListParts::Reply ObjectModel::list(OutputId output) const {
  const std::uint32_t slot = find_output(output);
  verb::ListParts::Reply totals = slot == none ? verb::ListParts::Reply{} : outputs_[slot].totals;
  if (!manifests_.sealed(output)) return totals;
  const Manifest sealed = *manifests_.find(output);
  totals.parts += sealed.parts;
  totals.rows_in += sealed.rows_in;
  totals.rows_out += sealed.rows_out;
  totals.rows_rejected += sealed.rows_rejected;
  totals.digest += sealed.digest;
  return totals;
}

bool ObjectModel::erase_part(OutputId output, std::uint32_t index, std::uint32_t attempt) {
  const std::uint64_t name = name_of_part(output, index, attempt);
  const std::uint32_t slot = find_part(name);
  if (slot == none) return false;
  Output& held = outputs_[find_output(output)];
  count(held.totals, parts_[slot].part, -1);
  std::uint32_t* link = &held.first;
  while (*link != slot) link = &parts_[*link].next;
  *link = parts_[slot].next;
  part_index_.erase(IntegerHash{}(name), slot);
  parts_.give_back(slot);
  return true;
}

void ObjectModel::seal(OutputId output) {
  if (!manifests_.has(output)) return;
  erase_parts(output);
  manifests_.seal(output);
}

void ObjectModel::erase_parts(OutputId output) {
  const std::uint32_t slot = find_output(output);
  if (slot == none) return;
  for (std::uint32_t at = outputs_[slot].first; at != none; at = parts_[at].next) {
    part_index_.erase(IntegerHash{}(parts_[at].name), at);
    parts_.give_back(at);
  }
  output_index_.erase(IntegerHash{}(output), slot);
  outputs_.give_back(slot);
}

}  // namespace wavetank::sim
