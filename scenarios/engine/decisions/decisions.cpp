#include "scenarios/engine/decisions/decisions.h"

namespace wavetank::engine {

DecisionWriter::DecisionWriter(std::function<void(std::string_view)> write,
                               const DecisionOrigin& origin)
    : write_(std::move(write)) {
  write_(header_line(origin));
}

Verdict DecisionWriter::decided(int order, Verdict verdict) {
  if (order < 0) return verdict;
  const auto fault = static_cast<std::size_t>(order);
  if (asked_.size() <= fault) asked_.resize(fault + 1);
  const std::uint64_t ask = asked_[fault]++;
  if (verdict.kind != Verdict::Kind::pass) write_(decision_line(order, {ask, verdict}));
  return verdict;
}

std::uint64_t DecisionWriter::drawn(const std::string& stream, std::uint64_t k,
                                    std::uint64_t own) {
  Drawn& drawn = streams_[stream];
  if (k < drawn.count) return own;  // A second reader of the same source.
  ++drawn.count;
  drawn.unwritten.push_back(own);
  if (drawn.unwritten.size() == draws_a_line) {
    write_(draws_line(stream, drawn.unwritten));
    drawn.unwritten.clear();
  }
  return own;
}

void DecisionWriter::finish(bool whole, std::uint64_t fingerprint) {
  for (const auto& [stream, drawn] : streams_) {
    if (!drawn.unwritten.empty()) write_(draws_line(stream, drawn.unwritten));
  }
  if (whole) write_(end_line(asked_, fingerprint));
}

std::uint64_t DecisionFollower::reach(std::size_t fault) const {
  if (list_.whole) return fault < list_.asked.size() ? list_.asked[fault] : 0;
  if (fault >= list_.by_fault.size()) return 0;
  const std::vector<Decision>& listed = list_.by_fault[fault];
  return listed.empty() ? 0 : listed.back().ask + 1;
}

Verdict DecisionFollower::decided(int order, Verdict verdict) {
  const auto fault = static_cast<std::size_t>(order);
  if (order < 0) return verdict;
  if (fault >= faults_.size()) faults_.resize(fault + 1);
  Followed& followed = faults_[fault];
  const std::uint64_t ask = followed.asked++;
  const bool listed = fault < list_.by_fault.size();
  if (ask >= reach(fault)) {
    ++beyond_;
    return verdict;
  }
  if (!listed) return Verdict::pass();
  const std::vector<Decision>& decisions = list_.by_fault[fault];
  while (followed.next < decisions.size() && decisions[followed.next].ask < ask) ++followed.next;
  if (followed.next == decisions.size() || decisions[followed.next].ask != ask) {
    return Verdict::pass();
  }
  return decisions[followed.next].verdict;
}

std::uint64_t DecisionFollower::drawn(const std::string& stream, std::uint64_t k,
                                      std::uint64_t own) {
  const auto found = list_.draws.find(stream);
  if (found != list_.draws.end() && k == 0) drawn_.insert(stream);
  return found == list_.draws.end() || k >= found->second.size() ? own : found->second[k];
}

std::vector<std::string> DecisionFollower::unused() const {
  std::vector<std::string> all;
  for (std::size_t fault = 0; fault < list_.by_fault.size(); ++fault) {
    if (!list_.by_fault[fault].empty() && faults_[fault].asked == 0) {
      all.push_back("fault " + std::to_string(fault));
    }
  }
  for (const auto& [stream, draws] : list_.draws) {
    if (drawn_.find(stream) == drawn_.end()) all.push_back("stream " + stream);
  }
  return all;
}

}  // namespace wavetank::engine
