#include "system/live/drill/undo_record.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

constexpr int version = 1;
constexpr const char* closed_line = "{\"state\":\"closed\"}";

/// Only one process writes at a time.
class Turn {
 public:
  explicit Turn(int file) : file_(file) {
    while (::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { ::flock(file_, LOCK_UN); }

 private:
  int file_;
};

Trouble sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return folder.string() + ": " + std::strerror(errno);
  const int failed = ::fsync(file);
  const int why = errno;
  ::close(file);
  if (failed != 0) return folder.string() + ": " + std::strerror(why);
  return std::nullopt;
}

bool write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

std::int64_t size_of(int file) {
  struct stat found {};
  return ::fstat(file, &found) == 0 ? found.st_size : 0;
}

/// Who is told, as create() wrote it. Whoever cannot be told keeps nothing from being undone.
NotifyTarget notify_of(const Json& line) {
  const auto to = line.find("notify");
  if (to == line.end() || !to->is_object()) return {};
  return {to->value("url", ""), {to->value("env", ""), to->value("file", "")}};
}

/// Merges one line into what is known; false where it is none of ours.
bool take(const Json& line, RecordedRun& run) {
  const std::string state = line.at("state");
  if (state == "closed") {
    run.closed = true;
    return true;
  }
  const int number = line.at("n");
  auto& strikes = run.strikes;
  const auto at = std::find_if(strikes.begin(), strikes.end(), [number](const RecordedStrike& one) {
    return one.number == number;
  });
  if (state == "intended") {
    if (at != strikes.end()) return false;
    strikes.push_back({number, StrikeState::intended, {line.at("what"), line.at("undo")},
                       line.at("strike")});
    return true;
  }
  if (at == strikes.end()) return false;
  if (state == "running") {
    at->strike.update(line.at("more"));
  } else if (state == "applied") {
    // A late note of a run that was taken for dead does not bring back what was undone: it is
    // undone again, which does no harm.
    at->state = StrikeState::applied;
  } else if (state == "undone") {
    at->state = StrikeState::undone;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<StrikeText> standing(const RecordedRun& run) {
  std::vector<StrikeText> texts;
  for (auto one = run.strikes.rbegin(); one != run.strikes.rend(); ++one) {
    if (one->state != StrikeState::undone) texts.push_back(one->text);
  }
  return texts;
}

std::filesystem::path undo_file(const std::filesystem::path& folder) {
  return folder / "undo.jsonl";
}

Answer<RecordedRun> read_undo_record(const std::filesystem::path& folder) {
  const auto path = undo_file(folder);
  using Read = Answer<RecordedRun>;
  std::ifstream in(path, std::ios::binary);
  if (!in) return Read::none(path.string() + " cannot be read");
  RecordedRun run;
  bool first = true;
  for (std::string text; std::getline(in, text);) {
    if (text.empty()) continue;
    const Json line = Json::parse(text, nullptr, false);
    try {
      if (first) {
        if (!line.is_object() || line.at("wavetank") != "undo") break;
        if (line.at("version") != version) {
          return Read::none(path.string() + " was written by another version of wavetank");
        }
        run.run = line.at("run");
        run.target = line.at("target");
        run.sets = line.value("sets", std::vector<std::string>{});
        run.name = line.value("name", "");
        run.allow = line.value("allow", std::vector<std::string>{});
        run.notify = notify_of(line);
        first = false;
      } else if (!line.is_object() || !take(line, run)) {
        ++run.torn;
      }
    } catch (const Json::exception&) {
      if (first) break;
      ++run.torn;
    }
  }
  if (first) return Read::none(path.string() + " is no undo record");
  return run;
}

Answer<std::unique_ptr<UndoRecord>> UndoRecord::create(const std::filesystem::path& folder,
                                                       const RecordHead& head) {
  using Made = Answer<std::unique_ptr<UndoRecord>>;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Made::none(folder.string() + ": " + error.message());
  const auto path = undo_file(folder);
  const int file = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Made::none(path.string() + ": " + std::strerror(errno));
  auto record = std::unique_ptr<UndoRecord>(new UndoRecord(file));
  const Json line = {{"wavetank", "undo"},    {"version", version},   {"run", head.run},
                     {"target", head.target}, {"sets", head.sets},    {"name", head.name},
                     {"allow", head.allow},
                     {"notify",
                      {{"url", head.notify.url},
                       {"env", head.notify.secret.env},
                       {"file", head.notify.secret.file}}}};
  Trouble trouble = record->append(line, false);
  if (!trouble) trouble = sync_folder(folder);
  if (!trouble) return record;
  // Nothing is struck without it, and half a record is nothing that anybody could undo by.
  ::unlink(path.c_str());
  return Made::none(*trouble);
}

Answer<std::unique_ptr<UndoRecord>> UndoRecord::open(const std::filesystem::path& folder) {
  using Opened = Answer<std::unique_ptr<UndoRecord>>;
  const auto run = read_undo_record(folder);
  if (!run) return Opened::none(run.why());
  const auto path = undo_file(folder);
  const int file = ::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
  if (file < 0) return Opened::none(path.string() + ": " + std::strerror(errno));
  auto record = std::unique_ptr<UndoRecord>(new UndoRecord(file));
  for (const auto& strike : run->strikes) record->last_ = std::max(record->last_, strike.number);
  return record;
}

UndoRecord::~UndoRecord() { ::close(file_); }

bool UndoRecord::closed_by_another() {
  // The line is short and written whole: it is looked for in what others have appended since.
  const std::int64_t size = size_of(file_);
  if (closed_ || size <= seen_) return closed_;
  std::string added(static_cast<std::size_t>(size - seen_), '\0');
  const ssize_t got = ::pread(file_, added.data(), added.size(), seen_);
  if (got < 0) return true;  // What cannot be read may say so.
  added.resize(static_cast<std::size_t>(got));
  closed_ = added.find(closed_line) != std::string::npos;
  return closed_;
}

Trouble UndoRecord::append(const Json& line, bool only_open) {
  const Turn turn(file_);
  if (only_open && closed_by_another()) {
    return "the lease of this run has lapsed and its faults were undone";
  }
  const std::int64_t size = size_of(file_);
  char last = '\n';
  if (size > 0 && ::pread(file_, &last, 1, size - 1) != 1) last = '\0';
  const std::string text = (last == '\n' ? "" : "\n") +
                           line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  if (write_all(file_, text) && ::fsync(file_) == 0) {
    if (only_open) seen_ = size_of(file_);
    return std::nullopt;
  }
  const int why = errno;
  // What was written of it says nothing; where it cannot be taken back either, readers skip it.
  [[maybe_unused]] const int cut = ::ftruncate(file_, size);
  return std::string("the undo record cannot be written: ") + std::strerror(why);
}

Answer<int> UndoRecord::intend(const Strike& strike) {
  const StrikeText text = strike.describe();
  const Json line = {{"n", last_ + 1},
                     {"state", "intended"},
                     {"what", text.what},
                     {"undo", text.undo},
                     {"strike", strike.record()}};
  if (const auto trouble = append(line, true)) return Answer<int>::none(*trouble);
  return ++last_;
}

Trouble UndoRecord::running(int number, const Json& more) {
  return append({{"n", number}, {"state", "running"}, {"more", more}}, true);
}

Trouble UndoRecord::applied(int number) {
  return append({{"n", number}, {"state", "applied"}}, true);
}

Trouble UndoRecord::undone(int number) {
  return append({{"n", number}, {"state", "undone"}}, false);
}

Trouble UndoRecord::close() { return append(Json::parse(closed_line), false); }

}  // namespace wavetank::live
