#pragma once
// S3Client: objects of one bucket behind the S3 API, by libcurl. Addresses are path-style.

#include <curl/curl.h>

#include "system/live/object_client.h"
#include "system/live/s3_sign.h"

namespace wavetank::live {

class S3Client final : public ObjectClient {
 public:
  /// Throws std::runtime_error where the endpoint or the bucket is missing or a secret unreadable.
  explicit S3Client(const ObjectsTarget& target);

  Result<Done> put(const std::string& key, const ObjectBody& body,
                   const PutOptions& options) override;
  Result<std::string> get(const std::string& key, ByteRange range) override;
  Result<ObjectHead> head(const std::string& key) override;
  Result<ObjectPage> list(const std::string& prefix, const std::string& after,
                          std::int64_t most) override;
  Result<Done> remove(const std::string& key) override;

 private:
  struct Answer;
  struct Upload;

  /// Signs and sends. Fails as the transport did; an answer is what the server said, good or bad.
  Result<Answer> send(S3Request request, const ObjectBody* body);
  Result<Answer> perform(const S3Request& request, const std::string& signature, Upload* upload);
  S3Request request(const char* method, const std::string& key) const;
  Failure refuse(const S3Request& request, const Answer& answer);
  Failure broke(const S3Request& request, CURLcode code);

  std::string endpoint_;
  std::string ca_;
  std::string host_;
  std::string bucket_;
  S3Credentials credentials_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  char reason_[CURL_ERROR_SIZE] = {};
};

}  // namespace wavetank::live
