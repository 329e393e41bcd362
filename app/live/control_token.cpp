#include "app/live/control_token.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace wavetank::app {
namespace {

live::Secret own_secret(const live::Target& target) {
  live::Secret secret;
  secret.file = target.state + "/token";
  return secret;
}

}  // namespace

live::Secret control_secret(const live::Target& target) {
  return target.token.given() ? target.token : own_secret(target);
}

std::string control_token(const live::Target& target) { return control_secret(target).read(); }

std::string make_control_token(const live::Target& target) {
  if (target.token.given()) return target.token.read();
  const std::string path = own_secret(target).file;
  if (!std::filesystem::exists(path)) {
    std::filesystem::create_directories(target.state);
    std::uint8_t bytes[24];
    if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
      throw std::runtime_error("the system gives no random bytes");
    }
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
      text += digits[byte >> 4];
      text += digits[byte & 15];
    }
    text += '\n';
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!written) {
      // Half a token would be taken for one the next time.
      if (file >= 0) ::unlink(path.c_str());
      throw std::runtime_error(path + " cannot be written; is the disk full?");
    }
  }
  return control_token(target);
}

std::string history_folder(const live::Target& target, const std::string& run) {
  return target.state + "/history/" + run;
}

std::string history_file(const live::Target& target, const std::string& run,
                         const std::string& node) {
  std::string flat = node;
  for (char& c : flat) c = c == '/' ? '-' : c;
  const std::string folder = history_folder(target, run);
  std::filesystem::create_directories(folder);
  return folder + "/" + flat + ".jsonl";
}

std::string supervisor_address(const live::Target& target) {
  std::ifstream in(target.state + "/up.json");
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object() || !json.contains("pid") || !json.contains("control")) return "";
  const auto pid = json["pid"].get<pid_t>();
  return ::kill(pid, 0) == 0 || errno == EPERM ? json["control"].get<std::string>() : "";
}

}  // namespace wavetank::app
