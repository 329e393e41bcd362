#pragma once
// The little XML that S3 answers with: elements by name, text without attributes.

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::live {

/// The text of the first element so named, unescaped; empty where there is none.
std::string xml_text(std::string_view xml, std::string_view name);
/// The insides of all elements so named, in order. They refer to `xml`.
std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name);

}  // namespace wavetank::live
