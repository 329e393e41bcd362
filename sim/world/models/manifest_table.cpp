#include "sim/world/models/manifest_table.h"

#include "sim/world/models/bit_pack.h"

namespace wavetank::sim {
namespace {

// The lowest bits of a present entry.
constexpr std::uint64_t present = 1;
constexpr std::uint64_t whole = 2;  // the rest is the slot of the whole manifest
constexpr std::uint64_t sealed_bit = 4;
constexpr int mark_bits = 3;

constexpr int job_bits = 27;
constexpr int epoch_bits = 2;
constexpr int parts_bits = 5;
constexpr int rows_bits = 27;
constexpr int rejected_bits = 15;
constexpr int published_bits = 47;  // 39 hours
static_assert(mark_bits + 2 + job_bits + epoch_bits + parts_bits + rows_bits + rejected_bits +
                  published_bits ==
              128);

}  // namespace

bool ManifestTable::pack(const Manifest& m, Packed& packed) {
  if (m.code_version != 1 || m.schema_version != 1) return false;
  if (m.rows_out != m.rows_in - m.rows_rejected) return false;
  BitWriter bits;
  bits.put(present, mark_bits)
      .put(m.validated, 1)
      .put(m.right, 1)
      .put(m.job.value, job_bits)
      .put(m.epoch, epoch_bits)
      .put(m.parts, parts_bits)
      .put_signed(m.rows_in, rows_bits)
      .put_signed(m.rows_rejected, rejected_bits)
      .put_signed(m.published.ns, published_bits);
  if (!bits.fits()) return false;
  packed = {m.digest, bits.low(), bits.high()};
  return true;
}

bool ManifestTable::has(OutputId output) const {
  const Packed* packed = packed_.find(output.value);
  return packed && (packed->low & present);
}

std::optional<Manifest> ManifestTable::find(OutputId output) const {
  if (!has(output)) return std::nullopt;
  const Packed& packed = *packed_.find(output.value);
  if (packed.low & whole) return whole_[static_cast<std::uint32_t>(packed.low >> mark_bits)];
  BitReader bits(packed.low, packed.high);
  bits.take(mark_bits);
  Manifest m;
  m.output = output;
  m.validated = bits.take(1) != 0;
  m.right = bits.take(1) != 0;
  m.job = JobId{static_cast<std::uint32_t>(bits.take(job_bits))};
  m.epoch = static_cast<std::uint32_t>(bits.take(epoch_bits));
  m.parts = static_cast<std::uint32_t>(bits.take(parts_bits));
  m.rows_in = bits.take_signed(rows_bits);
  m.rows_rejected = bits.take_signed(rejected_bits);
  m.rows_out = m.rows_in - m.rows_rejected;
  m.published = Time{bits.take_signed(published_bits)};
  m.digest = packed.digest;
  return m;
}

void ManifestTable::set(const Manifest& manifest) {
  Packed& packed = packed_[manifest.output.value];
  if (packed.low & whole) whole_.give_back(static_cast<std::uint32_t>(packed.low >> mark_bits));
  if (pack(manifest, packed)) return;
  const std::uint32_t slot = whole_.take();
  whole_[slot] = manifest;
  packed = {0, present | whole | (std::uint64_t{slot} << mark_bits), 0};
}

void ManifestTable::seal(OutputId output) {
  if (has(output)) packed_[output.value].low |= sealed_bit;
}

bool ManifestTable::sealed(OutputId output) const {
  const Packed* packed = packed_.find(output.value);
  return packed && (packed->low & sealed_bit);
}

}  // namespace wavetank::sim
