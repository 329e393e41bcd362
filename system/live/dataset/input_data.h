#pragma once
// Input data of jobs: rows drawn one by one, so that every dataset is the beginning of an endless
// one, and all requests with the same keys read the same objects:
//
//   {run}/inputs/{digest}/part-00000
//
// Each part is made, once, by whoever needs it first. The digest names what the rows are: their
// size, keys, skew, hot share and rejected share.

#include <cstdint>
#include <string>

#include "system/base/units.h"
#include "system/live/object_client.h"
#include "system/live/dataset/row_file.h"

namespace wavetank::live {

struct InputShape {
  Bytes row{100};           ///< at least row_size_min is taken
  std::int64_t keys = 1'000'000;
  double zipf = 0;          ///< the exponent; 0 is uniform
  double hot_share = 0;     ///< of the rows that have one more key
  double rejected = 0;      ///< share of rows whose check is wrong
  std::uint64_t seed = 0;
};

class InputData {
 public:
  InputData(std::string run, const InputShape& shape);

  std::size_t row_size() const { return row_size_; }
  std::int64_t rows_per_part() const { return rows_per_part_; }
  std::uint64_t hot_key() const { return static_cast<std::uint64_t>(shape_.keys); }
  Row row(std::int64_t index) const;
  std::string part(std::int64_t number) const;
  std::string key(std::int64_t part) const;
  /// What the parts that `input` bytes reach into hold.
  Bytes made_for(Bytes input) const;

  /// Serialized rows of one part, `first` to `first + count - 1` counted over all parts: cut at the
  /// part's end. Makes the part where there is none.
  Result<std::string> read(ObjectClient& client, std::int64_t first, std::int64_t count) const;
  /// Makes every part that `input` bytes reach into, as a run does before its load starts.
  Result<Done> prepare(ObjectClient& client, Bytes input) const;

 private:
  std::string run_;
  InputShape shape_;
  std::size_t row_size_;
  std::int64_t rows_per_part_;
  std::string digest_;
};

/// A rank below `keys` by Zipf's law, drawn from its continuous twin by inversion; 0 is the
/// heaviest. `uniform` is in [0, 1).
std::uint64_t zipf_rank(double uniform, std::int64_t keys, double exponent);

}  // namespace wavetank::live
