#pragma once
// Signs S3 requests: AWS Signature Version 4, in the Authorization header. libcurl 7.88 signs a
// query wrongly whose values hold a bare slash, so it is done here.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wavetank::live {

struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string region;
};

struct S3Request {
  std::string method;
  std::string path;                                        ///< decoded: /bucket/key
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded
  std::map<std::string, std::string> headers;              ///< by lower case name; all are signed
};

/// All but A-Z a-z 0-9 - . _ ~ as %XX; a slash stays where `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash);
/// The query as it is signed and as it must be sent: sorted and encoded.
std::string canonical_query(const S3Request& request);

/// SHA-256 in lower case hex. Of a file: throws std::runtime_error where it cannot be read.
std::string sha256_hex(std::string_view bytes);
std::string sha256_hex_of(const std::filesystem::path& file);

/// The value of the Authorization header. `headers` holds host, x-amz-date (`20130524T000000Z`) and
/// x-amz-content-sha256.
std::string authorization(const S3Request& request, const S3Credentials& credentials);

}  // namespace wavetank::live
