#include "system/live/dataset/row_file.h"

#include <algorithm>

#include "system/base/random.h"

namespace wavetank::live {
namespace {

constexpr std::size_t block_size = 1 << 18;
constexpr std::size_t size_bytes = 4;
constexpr std::uint64_t place_salt = 0x7068617365643031u;

char check_of(std::uint64_t key, std::int64_t value) {
  return static_cast<char>(mix64(key * 0x9e3779b97f4a7c15u ^ static_cast<std::uint64_t>(value)));
}

/// How many bytes the number takes, 0 where it is not whole.
std::size_t parse_varint(std::string_view bytes, std::uint64_t& number) {
  number = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) return i + 1;
  }
  return 0;
}

}  // namespace

void append_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void append_signed(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  append_varint(out, (bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void append_filler(std::string& out, std::uint64_t seed, std::size_t count) {
  for (std::uint64_t i = 0; count > 0; ++i) {
    const std::uint64_t word = mix64(seed + i);
    const std::size_t some = std::min<std::size_t>(count, sizeof word);
    out.append(reinterpret_cast<const char*>(&word), some);
    count -= some;
  }
}

void put_size(std::string& out, std::size_t at, std::size_t size) {
  for (std::size_t i = 0; i < size_bytes; ++i) out[at + i] = static_cast<char>(size >> (8 * i));
}

std::size_t append_row(std::string& out, const Row& row, std::size_t size) {
  const std::size_t start = out.size();
  out.append(size_bytes, '\0');
  append_varint(out, row.key);
  append_signed(out, row.value);
  const char check = check_of(row.key, row.value);
  out += row.good ? check : static_cast<char>(~check);
  const std::size_t least = out.size() - start;
  size = std::clamp(size, least, row_size_max);
  append_filler(out, row.key, size - least);
  put_size(out, start, size);
  return size;
}

Result<std::size_t> parse_row(std::string_view bytes, Row& row) {
  if (bytes.size() < size_bytes) return std::size_t{0};
  std::size_t size = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  if (size <= size_bytes || size > row_size_max) return Failure::invalid;
  if (bytes.size() < size) return std::size_t{0};
  std::string_view rest = bytes.substr(size_bytes, size - size_bytes);
  rest.remove_prefix(parse_varint(rest, row.key));
  std::uint64_t zigzag = 0;
  const std::size_t taken = parse_varint(rest, zigzag);
  rest.remove_prefix(taken);
  if (taken == 0 || rest.empty()) return Failure::invalid;
  const std::uint64_t sign = (zigzag & 1) != 0 ? ~std::uint64_t{0} : 0;
  row.value = static_cast<std::int64_t>((zigzag >> 1) ^ sign);
  row.good = rest.front() == check_of(row.key, row.value);
  return size;
}

std::uint32_t partition_of(std::uint64_t key, std::uint32_t partitions) {
  return static_cast<std::uint32_t>(below(mix64(key ^ place_salt), partitions));
}

RowReader::RowReader(const std::filesystem::path& file, std::int64_t from, std::int64_t count)
    : in_(file, from), left_(count), broken_(!in_.ok()) {}

RowReader::RowReader(const std::filesystem::path& file) : in_(file), left_(in_.size()) {
  broken_ = !in_.ok();
}

bool RowReader::next(Row& row, std::string_view& bytes) {
  while (!broken_) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const auto size = parse_row(rest, row);
    if (!size.ok()) break;
    if (*size > 0) {
      bytes = rest.substr(0, *size);
      at_ += *size;
      return true;
    }
    if (left_ == 0 && rest.empty()) return false;
    in_.read(block_, static_cast<std::size_t>(std::min<std::int64_t>(left_, block_size)));
    if (block_.empty()) break;  // it ends within a row, or too soon
    left_ -= static_cast<std::int64_t>(block_.size());
    buffer_.erase(0, at_);
    buffer_ += block_;
    at_ = 0;
  }
  broken_ = true;
  return false;
}

}  // namespace wavetank::live
