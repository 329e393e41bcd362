#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "system/live/drill/lock.h"
#include "system/live/drill/process.h"
#include "system/live/pq_session.h"
#include "system/live/redis_session.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;
constexpr Duration within = whole_seconds(5);

class DatabaseLock final : public LockPlace {
 public:
  explicit DatabaseLock(DatabaseTarget target) : target_(std::move(target)) {}

  Answer<std::string> take(const std::string& name, const std::string& holder,
                           Duration time) override {
    return in_transaction([&](pqxx::work& work, const std::string& table) -> std::string {
      make(work, table);
      work.exec_params("insert into " + table +
                           " values ($1, $2, clock_timestamp() + $3::bigint * interval '1 ms')"
                           " on conflict (name) do update set holder = excluded.holder,"
                           " expires = excluded.expires where " + table +
                           ".holder = excluded.holder or " + table +
                           ".expires < clock_timestamp()",
                       name, holder, time.ns / 1'000'000);
      return found(work, table, name);
    });
  }
  Answer<std::string> read(const std::string& name) override {
    return in_transaction([&](pqxx::work& work, const std::string& table) {
      return is_there(work) ? found(work, table, name) : std::string();
    });
  }
  Trouble drop(const std::string& name, const std::string& holder) override {
    const auto done = in_transaction([&](pqxx::work& work, const std::string& table) {
      if (is_there(work)) {
        work.exec_params("delete from " + table + " where name = $1 and holder = $2", name, holder);
      }
      return std::string();
    });
    return done ? Trouble() : done.why();
  }
  std::string where() const override {
    return "table " + target_.schema + ".wavetank_locks of database " + target_.name + " on " +
           target_.host + ':' + std::to_string(target_.port);
  }

 private:
  bool is_there(pqxx::work& work) const {
    const auto rows = work.exec_params(
        "select 1 from pg_tables where schemaname = $1 and tablename = 'wavetank_locks'",
        target_.schema);
    return !rows.empty();
  }
  void make(pqxx::work& work, const std::string& table) const {
    if (is_there(work)) return;
    // Two that make it at once would collide, even with "if not exists".
    take_schema(work, target_.schema);
    work.exec("create schema if not exists " + work.quote_name(target_.schema));
    work.exec("create table if not exists " + table +
              " (name text primary key, holder text not null, expires timestamptz not null)");
  }
  static std::string found(pqxx::work& work, const std::string& table, const std::string& name) {
    const auto rows = work.exec_params(
        "select holder from " + table + " where name = $1 and expires >= clock_timestamp()", name);
    return rows.empty() ? std::string() : std::string(rows[0][0].c_str());
  }
  template <class Body>
  Answer<std::string> in_transaction(Body body) const {
    try {
      SocketWatch watch;
      PqSession session(target_, "wavetank lock", within, watch);
      std::string answer;
      session.transact([&](pqxx::work& work) {
        answer = body(work, work.quote_name(target_.schema) + ".wavetank_locks");
      });
      return answer;
    } catch (const std::exception& error) {
      return Answer<std::string>::none("the lock at " + where() + ": " + error.what());
    }
  }

  DatabaseTarget target_;
};

class CacheLock final : public LockPlace {
 public:
  explicit CacheLock(CacheTarget target) : target_(std::move(target)) {}

  Answer<std::string> take(const std::string& name, const std::string& holder,
                           Duration time) override {
    return ask({"EVAL",
                "local v = redis.call('GET', KEYS[1]) "
                "if v and v ~= ARGV[1] then return v end "
                "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return ARGV[1]",
                "1", key(name), holder, std::to_string(time.ns / 1'000'000)});
  }
  Answer<std::string> read(const std::string& name) override { return ask({"GET", key(name)}); }
  Trouble drop(const std::string& name, const std::string& holder) override {
    const auto done = ask({"EVAL",
                           "if redis.call('GET', KEYS[1]) == ARGV[1] then "
                           "redis.call('DEL', KEYS[1]) end return ''",
                           "1", key(name), holder});
    return done ? Trouble() : done.why();
  }
  std::string where() const override {
    return "key " + key("*") + " of " + target_.host + ':' + std::to_string(target_.port);
  }

 private:
  std::string key(const std::string& name) const { return target_.prefix + "lock:" + name; }
  Answer<std::string> ask(const std::vector<std::string>& words) const {
    try {
      RedisSession session(target_);
      return session.ask(words, within).text;
    } catch (const std::exception& error) {
      return Answer<std::string>::none("the lock at " + where() + ": " + error.what());
    }
  }

  CacheTarget target_;
};

/// Of the machine, whatever name space of processes this one lives in.
std::string boot_id() {
  const std::string& boot = boot_of_this_machine();
  return boot.substr(0, boot.find(' '));
}

class FolderLock final : public LockPlace {
 public:
  FolderLock(std::string folder, SteadyClock clock)
      : folder_(std::move(folder)), clock_(std::move(clock)) {}

  Answer<std::string> take(const std::string& name, const std::string& holder,
                           Duration time) override {
    return alone([&]() -> Answer<std::string> {
      const auto stands = standing(name);
      if (!stands.empty() && stands != holder) return stands;
      Json entry{{"holder", holder}};
      // Counted by a clock that nobody sets. What holds for ever outlives the machine's restart.
      if (time < for_ever) {
        entry["boot"] = boot_id();
        entry["lapses_ns"] = clock_() + time.ns;
      }
      if (!write(name, entry.dump())) {
        return Answer<std::string>::none(where() + ": " + std::strerror(errno));
      }
      return holder;
    });
  }
  Answer<std::string> read(const std::string& name) override {
    return alone([&]() -> Answer<std::string> { return standing(name); });
  }
  Trouble drop(const std::string& name, const std::string& holder) override {
    const auto done = alone([&]() -> Answer<std::string> {
      if (standing(name) == holder) std::filesystem::remove(path(name));
      return std::string();
    });
    return done ? Trouble() : done.why();
  }
  std::string where() const override { return "folder " + folder_; }

 private:
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_) / (name + ".json");
  }
  std::string standing(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    const Json json = Json::parse(std::string{std::istreambuf_iterator<char>(in), {}}, nullptr,
                                  false);
    if (!json.is_object()) return "";
    const bool lapsed = json.contains("boot") && (json["boot"] != boot_id() ||
                                                  json.value("lapses_ns", 0LL) <= clock_());
    return lapsed ? "" : json.value("holder", "");
  }
  bool write(const std::string& name, const std::string& text) const {
    const auto next = path(name + ".new");
    {
      std::ofstream out(next, std::ios::binary | std::ios::trunc);
      out << text;
      if (!out.flush()) return false;
    }
    return std::rename(next.c_str(), path(name).c_str()) == 0;
  }
  /// One process, and one thread of it, at a time.
  template <class Body>
  Answer<std::string> alone(Body body) const {
    const auto fail = [this](const std::string& why) {
      return Answer<std::string>::none("the lock at " + where() + ": " + why);
    };
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) return fail(error.message());
    const int guard = ::open(path("guard").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (guard < 0) return fail(std::strerror(errno));
    while (::flock(guard, LOCK_EX) != 0 && errno == EINTR) {
    }
    try {
      auto answer = body();
      ::close(guard);
      return answer;
    } catch (const std::exception& thrown) {
      ::close(guard);
      return fail(thrown.what());
    }
  }

  std::string folder_;
  SteadyClock clock_;
};

std::int64_t since_boot_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace

std::unique_ptr<LockPlace> lock_in_database(const DatabaseTarget& target) {
  return std::make_unique<DatabaseLock>(target);
}

std::unique_ptr<LockPlace> lock_in_cache(const CacheTarget& target) {
  return std::make_unique<CacheLock>(target);
}

std::unique_ptr<LockPlace> lock_in_folder(const std::string& folder, SteadyClock clock) {
  if (!clock) clock = since_boot_ns;
  return std::make_unique<FolderLock>(folder, std::move(clock));
}

}  // namespace wavetank::live
