#include "system/live/drill/reach.h"

#include <mutex>

namespace wavetank::live {
namespace {

// Not a member of any client: one that nobody hands a list to must not be free of it.
std::mutex mutex;
std::shared_ptr<const Allowlist> limited_to;

std::shared_ptr<const Allowlist> now() {
  const std::lock_guard lock(mutex);
  return limited_to;
}

}  // namespace

void Reach::limit(std::shared_ptr<const Allowlist> list) {
  const std::lock_guard lock(mutex);
  limited_to = std::move(list);
}

void Reach::limit(const std::vector<std::string>& networks) {
  limit(std::make_shared<const Allowlist>(networks));
}

bool Reach::permits(const sockaddr& address) {
  const auto list = now();
  return list == nullptr || list->allows(address);
}

Answer<std::vector<std::string>> Reach::addresses(const std::string& host) {
  using Found = Answer<std::vector<std::string>>;
  const auto list = now();
  if (list == nullptr || host.starts_with("/")) return Found({host});
  const auto found = list->addresses(host);
  if (!found) return Found::none(found.why());
  std::vector<std::string> all;
  for (const IpAddress& one : *found) all.push_back(text_of(one));
  return all;
}

std::string beyond_reach(const sockaddr& address) {
  return text_of(address) + " is not in `allow`";
}

}  // namespace wavetank::live
