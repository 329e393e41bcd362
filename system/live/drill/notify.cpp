#include "system/live/drill/notify.h"

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "system/live/drill/web.h"

namespace wavetank::live {
namespace {

constexpr std::size_t waiting_max = 1'000;

std::string utc(std::int64_t at) {
  const std::time_t time = at;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

Trouble tell_webhook(const std::string& url, const std::string& run, const std::string& target,
                     const Notice& notice, std::int64_t at, Duration timeout) {
  const nlohmann::json body = {{"event", notice.event},
                               {"run", run},
                               {"target", target},
                               {"text", notice.text},
                               {"at", utc(at)}};
  WebCall call = json_request("POST", url, body.dump(-1, ' ', false,
                                                     nlohmann::json::error_handler_t::replace));
  call.timeout = timeout;
  call.in_reach = false;
  const WebAnswer answer = ask_web(call);
  if (answer.ok()) return std::nullopt;
  // Whoever knows its address may post to it, and an answer may say it again.
  if (answer.status != 0) return "HTTP " + std::to_string(answer.status);
  std::string why = answer.said();
  boost::algorithm::replace_all(why, url, "the webhook");
  return why;
}

Notifier::Notifier(const NotifyTarget& to, std::string run, std::string target, Duration timeout)
    : run_(std::move(run)), target_(std::move(target)), timeout_(timeout) {
  try {
    url_ = to.address();
  } catch (const std::runtime_error& error) {
    why_ = error.what();
  }
  if (!url_.empty()) thread_ = std::thread([this] { work(); });
}

Notifier::~Notifier() { finish(); }

void Notifier::finish() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Notifier::post(Notice notice) {
  if (url_.empty() && why_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (url_.empty() || waiting_.size() >= waiting_max) {
      ++lost_;
      return;
    }
    waiting_.push_back({std::move(notice), std::time(nullptr)});
  }
  wake_.notify_all();
}

std::pair<int, std::string> Notifier::lost() const {
  const std::lock_guard lock(mutex_);
  return {lost_, why_};
}

void Notifier::work() {
  using Clock = std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  Clock::time_point last = Clock::time_point::max();
  for (;;) {
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (closing_ && last == Clock::time_point::max()) {
      last = Clock::now() + std::chrono::nanoseconds(timeout_.ns);
    }
    if (waiting_.empty()) return;
    if (Clock::now() >= last) {
      lost_ += static_cast<int>(waiting_.size());
      return;
    }
    const Dated one = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const Trouble trouble = tell_webhook(url_, run_, target_, one.notice, one.at, timeout_);
    lock.lock();
    if (trouble) {
      ++lost_;
      why_ = *trouble;
    }
  }
}

}  // namespace wavetank::live
