#pragma once
// RawPeer: a plain TCP connection to a server of ours, which says whatever a test wants to say.

#include <string>
#include <string_view>

namespace wavetank::live {

class RawPeer {
 public:
  /// Connects to host:port of this machine.
  explicit RawPeer(const std::string& address);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  /// As much as the kernel takes at once; how much that was.
  std::size_t send(std::string_view text);
  /// Everything that has come so far.
  const std::string& received();
  bool closed();
  /// Closes the way out only.
  void finish();

 private:
  void read();
  int socket_ = -1;
  bool closed_ = false;
  std::string received_;
};

}  // namespace wavetank::live
