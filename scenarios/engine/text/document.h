#pragma once
// Reads one JSON document, comments (// and /* */) allowed, into a tree that knows its places.
//
// A document that cannot be read is a Problem with its place, never an exception: too large, too
// deep, not JSON, not UTF-8, empty, or with text after its end. A repeated key is a problem too;
// the first of its values is kept, so that reading can go on and find what else is wrong.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/engine/text/node.h"

namespace wavetank::engine {

inline constexpr std::size_t document_bytes_max = std::size_t{8} << 20;
inline constexpr int document_depth_max = 64;

/// The file's bytes. `shown` is how messages name it. A file over document_bytes_max, or one that
/// is no regular file, is refused before it is read.
std::optional<std::string> read_file(const std::string& path, const std::string& shown,
                                     Problems& problems);

/// None where no tree could be made; a tree may come with problems.
std::optional<Node> parse_document(std::string_view text, std::shared_ptr<const Source> source,
                                   Problems& problems);

/// JSON text with two spaces of indentation; members keep their order, numbers their digits.
std::string write_json(const Node& node);

/// The same in one line.
std::string write_json_line(const Node& node);

}  // namespace wavetank::engine
