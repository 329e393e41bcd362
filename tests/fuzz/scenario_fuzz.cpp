// libFuzzer entry point: any bytes are a scenario; reading them may find problems, never crash.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/read_fields.h"
#include "tests/engine/text_subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wavetank::engine;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems;
  const ReadText no_files = [](const std::string&, Problems&) {
    return std::optional<std::string>();
  };
  if (const auto root = load_text(text, "fuzz", {}, problems, no_files)) {
    Provenance provenance;
    test::Subject subject;
    ReadFields reader(*root, problems, provenance);
    subject.describe(reader);
    reader.finish();
  }
  problems.text();
  return 0;
}
