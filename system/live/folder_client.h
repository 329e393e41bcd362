#pragma once
// FolderClient: a key is a path below a folder, and an object is a file.
//
// An object is written beside its place and then linked (if absent) or renamed into it, so that of
// two conditional puts one wins, and nobody reads half an object. Metadata stands behind the bytes,
// in the same file, so that the two cannot part: JSON, its length in 8 digits, and a mark. An
// object without metadata is the plain file.

#include "system/live/object_client.h"

namespace wavetank::live {

class FolderClient final : public ObjectClient {
 public:
  /// Makes the folder. Throws std::runtime_error where it cannot.
  explicit FolderClient(std::filesystem::path folder);

  Result<Done> put(const std::string& key, const ObjectBody& body,
                   const PutOptions& options) override;
  Result<std::string> get(const std::string& key, ByteRange range) override;
  Result<ObjectHead> head(const std::string& key) override;
  Result<ObjectPage> list(const std::string& prefix, const std::string& after,
                          std::int64_t most) override;
  Result<Done> remove(const std::string& key) override;

 private:
  /// Where an object lies; empty for a key that is no path below the folder.
  std::filesystem::path place(const std::string& key) const;
  Result<Done> write(const std::filesystem::path& file, const ObjectBody& body,
                     const PutOptions& options);
  bool stopped() const { return stopped_ && stopped_(); }
  Failure fail_here(const std::filesystem::path& file, int error);

  std::filesystem::path folder_;
  std::uint64_t writes_ = 0;
};

}  // namespace wavetank::live
