#include "system/live/attempts_page.h"

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

constexpr std::int64_t ms = 1'000'000;

nlohmann::json row_of(const LiveEnv& env, const ProcessCompute& compute,
                      const RunningAttempt& one) {
  const Time now = env.loop.now();
  const NodeId worker = compute.slots().executor(one.executor).node;
  const TaskSpec& task = one.task;
  nlohmann::json row{{"worker", env.hosts.node(worker).name()},
                     {"job", id_text(task.job)},
                     {"output", id_text(task.ticket.output)},
                     {"stage", task.stage},
                     {"partition", task.partition},
                     {"attempt", task.attempt},
                     {"rows_in", task.rows_in},
                     {"ran_ms", (now - one.began).ns / ms},
                     {"told_ms_ago", (now - one.heard).ns / ms},
                     {"rows", one.headway.rows},
                     {"bytes", one.headway.bytes.count}};
  if (one.headway.step) row["step"] = name_of(*one.headway.step);
  return row;
}

}  // namespace

WebReply attempts_page(const LiveEnv& env, const ProcessCompute& compute) {
  nlohmann::json rows = nlohmann::json::array();
  for (const RunningAttempt& one : compute.running()) rows.push_back(row_of(env, compute, one));
  return json_reply(200, text_of({{"attempts", std::move(rows)}}));
}

}  // namespace wavetank::live
