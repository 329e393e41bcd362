#include "system/live/history_log.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include "system/live/control_server.h"
#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

constexpr const char* header_last = "Wavetank-History-Last";
constexpr const char* header_lost = "Wavetank-History-Lost";
constexpr std::size_t pending_most = std::size_t{1} << 16;  ///< then it is written at once

bool read_header(const WebReply& reply, const char* name, std::uint64_t& value) {
  const std::string* text = reply.headers.find(name);
  return text != nullptr && from_decimal(*text, value);
}

}  // namespace

HistoryLog::HistoryLog(LiveEnv& env, HistoryLogSettings settings)
    : env_(env), settings_(std::move(settings)), flusher_(env.loop, env.loop.root()) {
  if (!settings_.file.empty()) {
    file_ = ::open(settings_.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) {
      throw std::runtime_error("cannot write the history to " + settings_.file + ": " +
                               std::strerror(errno));
    }
    if (settings_.flush > Duration{}) flusher_.spawn(keep_flushing());
    flusher_.spawn(keep_beating());
  }
  env_.history.subscribe_all(*this);
}

HistoryLog::~HistoryLog() {
  flush();
  if (file_ >= 0) ::close(file_);
}

HistoryLine HistoryLog::line(const Event& event, std::uint64_t number) const {
  HistoryLine line;
  line.number = number;
  line.id = event.id();
  line.node = env_.hosts.node(event.node).name();
  line.event = event;
  return line;
}

void HistoryLog::on_event(const Event& event) {
  ++last_;
  lines_.push_back(event);
  if (lines_.size() > settings_.keep) lines_.pop_front();
  if (file_ < 0) return;
  pending_ += encode(line(event, last_), env_.clock);
  pending_ += '\n';
  if (settings_.flush == Duration{} || pending_.size() >= pending_most) flush();
}

void HistoryLog::flush() {
  std::size_t done = 0;
  while (file_ >= 0 && done < pending_.size()) {
    const ssize_t wrote = ::write(file_, pending_.data() + done, pending_.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      problem_ = "the history stops in " + settings_.file + ": " + std::strerror(errno);
      ::close(file_);
      file_ = -1;
      break;
    }
    done += static_cast<std::size_t>(wrote);
  }
  pending_.clear();
}

Task<void> HistoryLog::keep_flushing() {
  while (file_ >= 0) {
    co_await sleep(env_.loop, settings_.flush);
    flush();
  }
}

/// Who reads the file tells a process that has nothing to note from one that is gone or hangs.
Task<void> HistoryLog::keep_beating() {
  while (file_ >= 0) {
    ::futimens(file_, nullptr);
    co_await sleep(env_.loop, settings_.beat);
  }
}

WebReply HistoryLog::page(const WebRequest& request) const {
  std::uint64_t after = 0, most = settings_.page;
  for (const auto& [name, value] : {std::pair{"after", &after}, std::pair{"most", &most}}) {
    const std::string text = query_value(request.target, name);
    if (!text.empty() && !from_decimal(text, *value)) {
      return error_reply(400, std::string(name) + " must be a whole number");
    }
  }
  const std::uint64_t first_kept = last_ - lines_.size() + 1;
  const std::uint64_t first = std::max(first_kept, std::min(after, last_) + 1);
  WebReply reply;
  reply.headers.add("Content-Type", "application/x-ndjson");
  reply.headers.add(header_last, std::to_string(last_));
  reply.headers.add(header_lost, std::to_string(first - std::min(after, last_) - 1));
  most = std::min<std::uint64_t>(most, settings_.page);
  for (std::uint64_t n = first; n <= last_ && n - first < most; ++n) {
    reply.body += encode(line(lines_[static_cast<std::size_t>(n - first_kept)], n), env_.clock);
    reply.body += '\n';
  }
  return reply;
}

WebReply HistoryLog::kept() const {
  return json_reply(200, text_of({{"last", last_}, {"problem", problem_}}));
}

Decoded<HistoryPage> read_history_page(const WebReply& reply, const LiveClock& clock) {
  Decoded<HistoryPage> decoded;
  HistoryPage page;
  if (reply.status != 200 || !read_header(reply, header_last, page.last) ||
      !read_header(reply, header_lost, page.lost)) {
    decoded.problem = "no page of a history, but an answer " + std::to_string(reply.status);
    return decoded;
  }
  std::string_view rest = reply.body;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      decoded.problem = "the last line is cut";
      return decoded;
    }
    auto line = decode<HistoryLine>(rest.substr(0, end), clock);
    if (!line.ok()) {
      decoded.problem = "line " + std::to_string(page.lines.size() + 1) + ": " + line.problem;
      return decoded;
    }
    page.lines.push_back(std::move(*line.value));
    rest.remove_prefix(end + 1);
  }
  decoded.value = std::move(page);
  return decoded;
}

}  // namespace wavetank::live
