#include "system/base/murmur2.h"

#include <doctest/doctest.h>

using wavetank::kafka_partition;
using wavetank::murmur2;

// The values that Kafka's own unit test of Utils.murmur2 lists, every length modulo 4 but 1.
TEST_CASE("murmur2 gives the hashes of Kafka's Java client") {
  CHECK(murmur2("21") == -973932308);
  CHECK(murmur2("foobar") == -790332482);
  CHECK(murmur2("abc") == 479470107);
  CHECK(murmur2("a-little-bit-long-string") == -985981536);
  CHECK(murmur2("a-little-bit-longer-string") == -1486304829);
  CHECK(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8") == -58897971);
}

TEST_CASE("the partition drops the sign of the hash instead of negating it") {
  CHECK(kafka_partition("21", 200) == (0x7fffffffu & static_cast<std::uint32_t>(-973932308)) % 200);
  CHECK(kafka_partition("foobar", 1) == 0);
}

TEST_CASE("bytes above 127 are hashed as unsigned, and every byte of a tail counts") {
  CHECK(murmur2("\xff") != murmur2("\x7f"));
  CHECK(murmur2("abcda") != murmur2("abcdb"));
  CHECK(murmur2("abcdxa") != murmur2("abcdxb"));
  CHECK(murmur2("abcdxya") != murmur2("abcdxyb"));
  CHECK(murmur2("") != murmur2(std::string_view("\0", 1)));
}
