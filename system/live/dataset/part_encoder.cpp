#include "system/live/dataset/part_encoder.h"

#include <algorithm>
#include <array>

#include "system/base/random.h"

namespace wavetank::live {
namespace {

constexpr std::size_t dimension_rows = 64;

std::array<Dimension, dimension_rows> dimension_table() {
  std::array<Dimension, dimension_rows> table;
  for (std::size_t i = 0; i < dimension_rows; ++i) {
    table[i].label = static_cast<std::uint8_t>(i);
    table[i].factor = static_cast<std::int64_t>(1 + mix64(i) % 9);
  }
  return table;
}

}  // namespace

Dimension dimension_of(std::uint64_t key) {
  static const std::array<Dimension, dimension_rows> table = dimension_table();
  return table[mix64(key) % dimension_rows];
}

PartEncoder::PartEncoder(const std::filesystem::path& file, std::size_t row)
    : out_(file), size_(std::min(row, row_size_max)) {}

Result<Done> PartEncoder::add(const Row& row) {
  if (!row.good) {
    ++rejected_;
    return Done{};
  }
  if (held_) put(*held_, held_->key != row.key);
  const bool is_new = !held_ || held_->key != row.key;
  if (is_new) {
    dimension_ = dimension_of(row.key);
    group_ = {};
  }
  held_ = row;
  held_->value *= dimension_.factor;
  const std::int64_t value = held_->value;
  group_.min = is_new ? value : std::min(group_.min, value);
  group_.max = is_new ? value : std::max(group_.max, value);
  group_.sum += value;
  ++group_.count;
  if (!out_.ok()) return out_.close();
  return Done{};
}

void PartEncoder::put(const Row& row, bool last) {
  bytes_.assign(4, '\0');
  append_varint(bytes_, row.key);
  append_signed(bytes_, row.value);
  bytes_ += static_cast<char>(dimension_.label);
  bytes_ += last ? '\1' : '\0';
  if (last) {
    append_signed(bytes_, group_.count);
    append_signed(bytes_, group_.sum);
    append_signed(bytes_, group_.min);
    append_signed(bytes_, group_.max);
    ++groups_;
  }
  if (bytes_.size() < size_) append_filler(bytes_, row.key, size_ - bytes_.size());
  put_size(bytes_, 0, bytes_.size());
  out_.write(bytes_);
  ++rows_;
}

Result<Done> PartEncoder::finish() {
  if (held_) put(*held_, true);
  held_.reset();
  return out_.close();
}

}  // namespace wavetank::live
