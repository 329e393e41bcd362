// librdkafka tells no generation, but it writes it into the metadata that transactions use. Where
// it stands there is found by writing two that differ in nothing else.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "system/live/kafka_consumer.h"

namespace wavetank::live {
namespace {

using Metadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                 KafkaDestroy<rd_kafka_consumer_group_metadata_destroy>>;

std::string written(const rd_kafka_consumer_group_metadata_t* metadata) {
  void* bytes = nullptr;
  std::size_t size = 0;
  rd_kafka_error_t* error = rd_kafka_consumer_group_metadata_write(metadata, &bytes, &size);
  if (error != nullptr) {
    rd_kafka_error_destroy(error);
    return "";
  }
  std::string text(static_cast<const char*>(bytes), size);
  rd_kafka_mem_free(nullptr, bytes);
  return text;
}

std::string sample(std::int32_t generation) {
  const Metadata metadata(
      rd_kafka_consumer_group_metadata_new_with_genid("g", generation, "m", nullptr));
  return written(metadata.get());
}

}  // namespace

std::uint32_t group_generation(rd_kafka_t* client) {
  const Metadata metadata(rd_kafka_consumer_group_metadata(client));
  if (!metadata) return 0;
  const std::string text = written(metadata.get());
  const std::string zeros = sample(0);
  const std::string ones = sample(-1);
  const auto place = static_cast<std::size_t>(
      std::mismatch(zeros.begin(), zeros.end(), ones.begin(), ones.end()).first - zeros.begin());
  std::int32_t generation = 0;
  if (place + sizeof(generation) > text.size()) return 0;
  std::memcpy(&generation, text.data() + place, sizeof(generation));
  return generation > 0 ? static_cast<std::uint32_t>(generation) : 0;
}

}  // namespace wavetank::live
