#include "scenarios/engine/gantt/job_row.h"

#include "scenarios/engine/chain/words.h"
#include "system/base/result.h"

namespace wavetank::engine {
namespace {

std::string ending(const JobLife& life, Time end) {
  if (life.in_flight()) return "unfinished after " + duration_words(end - life.accepted);
  const std::string after = " after " + duration_words(life.terminal - life.accepted);
  if (life.state == ProcessState::dead_lettered) return "dead-lettered" + after;
  if (life.failed()) return "failed" + after;
  if (!life.late_at(life.terminal)) return {};
  return "late by " + duration_words(life.terminal - life.fresh_by);
}

std::string why(const JobLife& life, ShownFor reason, Time end) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (reason == ShownFor::ordinary) add("an ordinary one, to compare with");
  if (reason == ShownFor::longest) {
    add("one of the longest, " + duration_words(life.terminal - life.accepted));
  }
  add(ending(life, end));
  if (life.starts > 1) {
    add("launched " + std::to_string(life.starts) + " times");
  } else if (life.relaunched()) {
    add("given up and queued again");
  }
  if (life.spills > 0) {
    add("spilled " + bytes_words(Bytes{life.spilled}) + " in " +
        count_words(life.spills, "attempt", "attempts"));
  }
  if (life.hot_bytes > 0) {
    add("partition " + std::to_string(life.hot_partition) + " hot with " +
        bytes_words(Bytes{life.hot_bytes}));
  }
  if (life.failures > 0) add(count_words(life.failures, "attempt", "attempts") + " failed");
  if (life.attempts.seen() > life.attempts.size()) {
    add(std::to_string(life.attempts.size()) + " of " + std::to_string(life.attempts.seen()) +
        " attempts shown");
  }
  return text;
}

GanttAttempt attempt_row(const TaskAttempt& attempt, const JobLife& life, const Names& names) {
  GanttAttempt row;
  row.stage = stage_name(attempt.stage);
  if (attempt.job != life.job) row.stage += " of " + job_name(attempt.job);
  row.node = names.node ? names.node(attempt.node) : "node " + std::to_string(attempt.node.value);
  row.outcome = outcome_name(attempt.outcome);
  row.task = attempt.partition;
  row.attempt = attempt.attempt + 1u;
  row.from = seconds(attempt.from);
  row.to = seconds(attempt.to);
  return row;
}

}  // namespace

std::string job_name(JobId job) {
  return job.valid() ? "job" + std::to_string(job.value) : "no job";
}

std::string stage_name(std::uint16_t stage) {
  if (stage == 0) return "map";
  return stage == 1 ? "reduce" : "stage " + std::to_string(stage);
}

std::string outcome_name(std::uint8_t outcome) {
  if (outcome == TaskAttempt::running) return "running";
  if (outcome == 0) return "ok";
  return outcome <= failure_count ? name_of(static_cast<Failure>(outcome - 1)) : "failed";
}

GanttJob row_of(const JobLife& life, ShownFor reason, Time end, const Names& names) {
  GanttJob row;
  row.job = job_name(life.job);
  row.output = output_name(life.entity, life.output);
  row.priority = "P" + std::to_string(static_cast<int>(life.priority));
  row.why = why(life, reason, end);
  row.accepted = seconds(life.accepted);
  row.started = seconds(life.started);
  row.finished = seconds(life.finished);
  row.terminal = seconds(life.terminal);
  row.late = life.late_at(life.in_flight() ? end : life.terminal);
  for (const TaskAttempt& attempt : life.attempts.in_order()) {
    row.attempts.push_back(attempt_row(attempt, life, names));
  }
  return row;
}

}  // namespace wavetank::engine
