// What compute's processes say to each other is read as it was written, and junk only says what is
// wrong with it.

#include "system/live/compute_wire.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace wavetank::live {
namespace {

const LiveClock clock(1'700'000'000'000'000'000);

template <class T>
T back(const T& message) {
  const auto read = read_message<T>(message_text(message, clock), clock);
  RC_ASSERT(read.ok());
  return *read.value;
}

template <class Body>
void prop(const char* what, Body body) {
  CHECK_MESSAGE(rc::check(what, body), what);
}

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}

Speaker speaker() {
  return {"drivers/" + std::to_string(any<std::uint16_t>()), any<Life>(), any<std::uint32_t>()};
}
bool same(const Speaker& a, const Speaker& b) {
  return a.driver == b.driver && a.life == b.life && a.incarnation == b.incarnation;
}

TEST_CASE("live compute wire: every message is read as it was written") {
  prop("greetings", [] {
    const Speaker from = speaker();
    RC_ASSERT(same(back(from), from));
    const WorkerLife worker{any<Life>()};
    RC_ASSERT(back(worker).life == worker.life);
  });
  prop("names and states of jobs", [] {
    const JobName name{ProcessId{any<std::uint16_t>()}, any<std::uint32_t>()};
    const JobName read = back(name);
    RC_ASSERT(read.process == name.process);
    RC_ASSERT(read.epoch == name.epoch);
    const JobStatus status{static_cast<JobState>(*rc::gen::inRange(0, 3)), any<EventId>()};
    const JobStatus told = back(status);
    RC_ASSERT(told.state == status.state);
    RC_ASSERT(told.cause == status.cause);
    const CauseReport report{JobId{any<std::uint16_t>()}, any<EventId>()};
    RC_ASSERT(back(report).job == report.job);
    RC_ASSERT(back(report).cause == report.cause);
    RC_ASSERT(back(report.job) == report.job);
  });
  prop("attempts", [] {
    RunRequest request;
    request.from = speaker();
    request.worker = any<Life>();
    request.handle = any<std::uint32_t>();
    request.task.job = JobId{any<std::uint16_t>()};
    request.task.partition = any<std::uint32_t>();
    const RunRequest read = back(request);
    RC_ASSERT(same(read.from, request.from));
    RC_ASSERT(read.worker == request.worker);
    RC_ASSERT(read.handle == request.handle);
    RC_ASSERT(read.task.job == request.task.job);
    RC_ASSERT(read.task.partition == request.task.partition);
    RunProgress progress;
    if (any<bool>()) progress.headway.step = static_cast<Op>(*rc::gen::inRange(0, op_count()));
    progress.headway.rows = any<std::uint32_t>();
    progress.headway.bytes = {any<std::uint32_t>()};
    const Headway told = back(progress).headway;
    RC_ASSERT(told.step == progress.headway.step);
    RC_ASSERT(told.rows == progress.headway.rows);
    RC_ASSERT(told.bytes == progress.headway.bytes);
    EndRequest end;
    end.from = request.from;
    end.handle = request.handle;
    RC_ASSERT(back(end).handle == end.handle);
    RC_ASSERT(same(back(end).from, end.from));
  });
  prop("ends", [] {
    RunAnswer answer;
    if (any<bool>()) answer.failure = static_cast<Failure>(*rc::gen::inRange(0, failure_count));
    if (!answer.failure) {
      answer.report.rows_out = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 60);
      for (int i = 0; i < 3; ++i) answer.shuffled.push_back(any<std::uint32_t>());
    }
    const RunAnswer read = back(answer);
    RC_ASSERT(read.failure == answer.failure);
    RC_ASSERT(read.report.rows_out == answer.report.rows_out);
    RC_ASSERT(read.shuffled == answer.shuffled);
  });
}

TEST_CASE("live compute wire: junk is refused, with what is wrong with it") {
  const auto refused = [](const auto& decoded) {
    return !decoded.ok() && !decoded.problem.empty();
  };
  CHECK(refused(read_message<JobName>("{}", clock)));
  CHECK(refused(read_message<JobName>(R"({"process": 4})", clock)));
  CHECK(refused(read_message<RunAnswer>("{}", clock)));
  CHECK(refused(read_message<RunAnswer>(R"({"failure": "tired"})", clock)));
  CHECK(refused(read_message<RunAnswer>(R"({"failure": ""})", clock)));
  CHECK(refused(read_message<RunAnswer>(R"({"report": {}, "shuffled_bytes": [1, -1]})", clock)));
  CHECK(refused(read_message<RunAnswer>(R"({"report": {}, "shuffled_bytes": 3})", clock)));
  CHECK(refused(read_message<JobStatus>(R"({"state": "bored"})", clock)));
  CHECK(refused(read_message<Speaker>(R"({"driver": "drivers/0"})", clock)));
  prop("cut anywhere", [] {
    RunRequest request;
    request.from = speaker();
    const std::string text = message_text(request, clock);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    RC_ASSERT(!read_message<RunRequest>(text.substr(0, at), clock).ok());
  });
}

}  // namespace
}  // namespace wavetank::live
