#include "system/live/peers.h"

namespace wavetank::live {

Peers::Peers(LiveEnv& env) : env_(env), client_(env.io) {
  const std::string token = env.target.token.read();
  if (!token.empty()) bearer_ = "Bearer " + token;
}

Fetch Peers::request(const std::string& address, const char* path, std::string body,
                     Duration within) const {
  Fetch fetch;
  fetch.method = "POST";
  fetch.url = "http://" + address + path;
  fetch.headers.add("Content-Type", "application/json");
  if (!bearer_.empty()) fetch.headers.add("Authorization", bearer_);
  fetch.body = std::move(body);
  fetch.timeout = within;
  return fetch;
}

PeerPost Peers::post(std::string address, const char* path, std::string body, Duration within) {
  return post(std::move(address), path, std::move(body), within, "");
}

PeerPost Peers::post(std::string address, const char* path, std::string body, Duration within,
                     std::string trace) {
  auto pending = std::make_shared<PeerPost::Pending>();
  const auto hear = [pending, &loop = env_.loop](Fetched got) {
    pending->over = true;
    pending->answer.failure = got.failure;
    pending->answer.status = got.reply.status;
    pending->answer.body = std::move(got.reply.body);
    if (pending->waiter != nullptr) loop.post(*pending->waiter);
  };
  Fetch asked = request(address, path, std::move(body), within);
  if (!trace.empty()) asked.headers.add("traceparent", std::move(trace));
  client_.fetch(std::move(asked), hear);
  return PeerPost(env_.loop, std::move(pending));
}

void Peers::tell(std::string address, const char* path, std::string body, Duration within) {
  client_.fetch(request(address, path, std::move(body), within), nullptr);
}

bool Peers::admits(const WebRequest& request) const {
  if (bearer_.empty()) return true;
  const std::string* shown = request.headers.find("Authorization");
  if (shown == nullptr || shown->size() != bearer_.size()) return false;
  unsigned difference = 0;  // in a time that says nothing about the token
  for (std::size_t i = 0; i < bearer_.size(); ++i) {
    difference |= static_cast<unsigned char>((*shown)[i] ^ bearer_[i]);
  }
  return difference == 0;
}

}  // namespace wavetank::live
