#include "system/live/dataset/input_data.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "system/base/random.h"
#include "system/live/manifest_json.h"

namespace wavetank::live {
namespace {

constexpr std::int64_t part_size = 1 << 20;
constexpr std::uint64_t values = 10'000;

std::string digest_of(const InputShape& shape, std::size_t row_size) {
  char text[160];
  std::snprintf(text, sizeof text, "row %zu keys %lld zipf %.6f hot %.6f rejected %.6f seed %llu",
                row_size, static_cast<long long>(shape.keys), shape.zipf, shape.hot_share,
                shape.rejected, static_cast<unsigned long long>(shape.seed));
  return digest_text(mix64(hash_name(text)));
}

}  // namespace

std::uint64_t zipf_rank(double uniform, std::int64_t keys, double exponent) {
  const double low = 0.5;
  const double high = static_cast<double>(keys) + 0.5;
  double x = 0;
  if (std::fabs(exponent - 1) < 1e-9) {
    x = low * std::pow(high / low, uniform);
  } else {
    const double power = 1 - exponent;
    const double from = std::pow(low, power);
    x = std::pow(from + uniform * (std::pow(high, power) - from), 1 / power);
  }
  const auto rank = static_cast<std::int64_t>(x + 0.5) - 1;
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(rank, 0, keys - 1));
}

InputData::InputData(std::string run, const InputShape& shape)
    : run_(std::move(run)),
      shape_(shape),
      row_size_(std::max(static_cast<std::size_t>(shape.row.count), row_size_min)),
      rows_per_part_(std::max<std::int64_t>(1, part_size / static_cast<std::int64_t>(row_size_))),
      digest_(digest_of(shape, row_size_)) {}

Row InputData::row(std::int64_t index) const {
  static constexpr Purpose hot("input.hot");
  static constexpr Purpose rank("input.rank");
  static constexpr Purpose value("input.value");
  static constexpr Purpose check("input.check");
  const auto i = static_cast<std::uint64_t>(index);
  Row row;
  const std::uint64_t bits = draw(shape_.seed, rank, i);
  if (shape_.hot_share > 0 && hits(draw(shape_.seed, hot, i), shape_.hot_share)) {
    row.key = hot_key();
  } else if (shape_.zipf > 0) {
    row.key = zipf_rank(unit_interval(bits), shape_.keys, shape_.zipf);
  } else {
    row.key = below(bits, static_cast<std::uint64_t>(shape_.keys));
  }
  row.value = static_cast<std::int64_t>(below(draw(shape_.seed, value, i), values));
  row.good = !hits(draw(shape_.seed, check, i), shape_.rejected);
  return row;
}

std::string InputData::part(std::int64_t number) const {
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(rows_per_part_) * row_size_);
  for (std::int64_t i = 0; i < rows_per_part_; ++i) {
    append_row(bytes, row(number * rows_per_part_ + i), row_size_);
  }
  return bytes;
}

std::string InputData::key(std::int64_t part) const {
  char name[32];
  std::snprintf(name, sizeof name, "/part-%05lld", static_cast<long long>(part));
  return run_ + "/inputs/" + digest_ + name;
}

Bytes InputData::made_for(Bytes input) const {
  const auto size = static_cast<std::int64_t>(row_size_);
  const std::int64_t rows = input.count / size;
  const std::int64_t parts = (rows + rows_per_part_ - 1) / rows_per_part_;
  return {parts * rows_per_part_ * size};
}

Result<std::string> InputData::read(ObjectClient& client, std::int64_t first,
                                    std::int64_t count) const {
  const std::int64_t number = first / rows_per_part_;
  const std::int64_t within = first % rows_per_part_;
  const auto size = static_cast<std::int64_t>(row_size_);
  const ByteRange range{within * size, std::min(count, rows_per_part_ - within) * size};
  auto bytes = client.get(key(number), range);
  if (!bytes.ok() && bytes.failure() == Failure::not_found) {
    const std::string made = part(number);
    PutOptions options;
    options.if_absent = true;
    const auto put = client.put(key(number), {made, {}}, options);
    if (!put.ok() && put.failure() != Failure::conflict) return put.failure();
    return made.substr(static_cast<std::size_t>(range.from), static_cast<std::size_t>(range.count));
  }
  if (bytes.ok() && static_cast<std::int64_t>(bytes->size()) != range.count) return Failure::reset;
  return bytes;
}

Result<Done> InputData::prepare(ObjectClient& client, Bytes input) const {
  const std::int64_t rows = input.count / static_cast<std::int64_t>(row_size_);
  for (std::int64_t number = 0; number * rows_per_part_ < rows; ++number) {
    const auto there = client.head(key(number));
    if (there.ok()) continue;
    if (there.failure() != Failure::not_found) return there.failure();
    const auto made = read(client, number * rows_per_part_, 1);
    if (!made.ok()) return made.failure();
  }
  return Done{};
}

}  // namespace wavetank::live
