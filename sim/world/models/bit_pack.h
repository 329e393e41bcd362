#pragma once
// Fields side by side in 128 bits, lowest first. A writer remembers whether every value fitted.

#include <cstdint>

#include "system/base/wide.h"

namespace wavetank::sim {

class BitWriter {
 public:
  BitWriter& put(std::uint64_t value, int width) {
    if (width < 64 && (value >> width) != 0) fits_ = false;
    bits_ |= static_cast<Uint128>(value) << used_;
    used_ += width;
    return *this;
  }
  /// Negative values do not fit.
  BitWriter& put_signed(std::int64_t value, int width) {
    if (value < 0) fits_ = false;
    return put(value < 0 ? 0 : static_cast<std::uint64_t>(value), width);
  }
  bool fits() const { return fits_ && used_ <= 128; }
  std::uint64_t low() const { return static_cast<std::uint64_t>(bits_); }
  std::uint64_t high() const { return static_cast<std::uint64_t>(bits_ >> 64); }

 private:
  Uint128 bits_ = 0;
  int used_ = 0;
  bool fits_ = true;
};

class BitReader {
 public:
  BitReader(std::uint64_t low, std::uint64_t high)
      : bits_((static_cast<Uint128>(high) << 64) | low) {}
  std::uint64_t take(int width) {
    const std::uint64_t mask = width < 64 ? (std::uint64_t{1} << width) - 1 : ~std::uint64_t{0};
    const std::uint64_t value = static_cast<std::uint64_t>(bits_) & mask;
    bits_ >>= width;
    return value;
  }
  std::int64_t take_signed(int width) { return static_cast<std::int64_t>(take(width)); }

 private:
  Uint128 bits_;
};

}  // namespace wavetank::sim
