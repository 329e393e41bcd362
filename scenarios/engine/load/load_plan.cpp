#include "scenarios/engine/load/load_plan.h"

#include <algorithm>

#include "scenarios/engine/load/trace_settings.h"
#include "system/base/check.h"

namespace wavetank::engine {
namespace {

constexpr Purpose class_purpose{"load.class"};
constexpr Purpose key_purpose{"load.key"};
constexpr Purpose hot_purpose{"load.hot"};
constexpr Purpose input_purpose{"load.input"};
constexpr Purpose shuffle_purpose{"load.shuffle"};
constexpr Purpose output_purpose{"load.output"};
constexpr Purpose compute_purpose{"load.compute"};

constexpr std::uint64_t index_bits = 40;

Duration length_of(const LoadEntry& entry, const std::optional<TraceSurvey>& survey) {
  if (survey) return survey->length;
  const std::vector<Leg> legs = entry.shape->legs();
  return legs.empty() ? Duration{} : legs.back().to;
}

std::optional<TraceSurvey> surveyed(const LoadEntry& entry, std::optional<TraceSurvey> known) {
  if (known || entry.trace() == nullptr) return known;
  Problems problems;
  auto survey = survey_trace(*entry.trace(), problems);
  WAVETANK_CHECK(survey.has_value(), problems.text());
  return survey;
}

}  // namespace

std::uint64_t subject_of(std::size_t load, std::uint64_t index, bool extra) {
  return (std::uint64_t{load} << 56) | (std::uint64_t{extra} << index_bits) | index;
}

PlannedLoad::PlannedLoad(const LoadEntry& entry, std::size_t place, std::uint64_t seed,
                         std::optional<TraceSurvey> survey, std::shared_ptr<const sim::Zipf> keys)
    : entry_(entry),
      place_(place),
      seed_(seed),
      survey_(std::move(survey)),
      zipf_(std::move(keys)),
      submits_(entry.submits()),
      length_(length_of(entry, survey_)) {
  double before = 0;
  for (const RequestClass& one : entry_.mix()) {
    before += one.weight;
    mix_.push_back({one, sim::Sampler(one.work.input), sim::Sampler(one.work.shuffle),
                    sim::Sampler(one.work.output), sim::Sampler(one.work.compute), before});
  }
}

std::uint64_t PlannedLoad::keys() const {
  if (survey_ && survey_->keys) return survey_->keys->size();
  return static_cast<std::uint64_t>(entry_.keys.count);
}

/// By weight, among the classes of a row's priority where there are any.
std::uint8_t PlannedLoad::choose_class(std::uint64_t subject,
                                       std::optional<Priority> priority) const {
  if (mix_.size() == 1) return 0;
  const std::uint64_t bits = draw(seed_, class_purpose, subject);
  double total = 0;
  if (priority) {
    for (const Mixed& one : mix_) {
      if (one.settings.priority == *priority) total += one.settings.weight;
    }
  }
  const bool among = total > 0;
  const double point = unit_interval(bits) * (among ? total : mix_.back().weight_before);
  double before = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < mix_.size(); ++i) {
    const RequestClass& settings = mix_[i].settings;
    if (settings.weight == 0 || (among && settings.priority != *priority)) continue;
    before += settings.weight;
    last = i;
    if (point < before) break;
  }
  return static_cast<std::uint8_t>(last);
}

void PlannedLoad::choose_entity(const Arrival& arrival, PlannedRequest& request) const {
  if (arrival.row != nullptr && arrival.row->key) {
    request.ticket.entity = {first_entity_ + survey_->keys->of(*arrival.row->key)};
    return;
  }
  if (!zipf_) {
    request.own_key = true;
    return;
  }
  const KeyChoice& keys = entry_.keys;
  const std::uint64_t bits = draw(seed_, key_purpose, request.subject);
  std::uint64_t rank = zipf_->rank(bits);
  if (keys.hot > 0) {
    const std::uint64_t chance = draw(seed_, hot_purpose, request.subject);
    if (hits(chance, keys.hot_ratio.value)) {
      rank = below(bits, static_cast<std::uint64_t>(keys.hot));
    }
  }
  request.ticket.entity = {static_cast<std::uint32_t>(rank)};
}

Workload PlannedLoad::work(const Mixed& mixed, std::uint64_t subject, const TraceRow* row) const {
  static const TraceRow nothing{};
  const TraceRow& given = row != nullptr ? *row : nothing;
  const auto entropy = [&](Purpose purpose) { return sim::Entropy{seed_, purpose, subject}; };
  // A law without bounds may draw more than any job has.
  const auto bytes = [&](const std::optional<Bytes>& told, const sim::Sampler& law, Purpose why) {
    const std::int64_t drawn =
        told ? told->count : std::min(law.bytes(entropy(why)).count, job_bytes_max);
    if (entry_.bytes_scale == 1) return Bytes{drawn};
    return Bytes{static_cast<std::int64_t>(static_cast<double>(drawn) * entry_.bytes_scale)};
  };
  Workload work;
  work.input = bytes(given.input, mixed.input, input_purpose);
  work.shuffle = bytes(given.shuffle, mixed.shuffle, shuffle_purpose);
  work.output = bytes(given.output, mixed.output, output_purpose);
  work.compute = given.compute ? *given.compute : mixed.compute.duration(entropy(compute_purpose));
  work.executors = static_cast<std::uint32_t>(mixed.settings.work.executors);
  work.action = static_cast<std::uint8_t>(mixed.settings.action);
  return work;
}

Ticket PlannedLoad::ticket(std::uint8_t mix_class, Time planned) const {
  const RequestClass& settings = mix_[mix_class].settings;
  Ticket ticket;
  ticket.priority = settings.priority;
  ticket.critical = settings.critical;
  ticket.action = static_cast<std::uint8_t>(settings.action);
  ticket.planned = planned;
  const bool window = settings.fresh_within > Duration{};
  ticket.fresh_by = window ? planned + settings.fresh_within : time_max;
  ticket.fresh_for = settings.fresh_for;
  return ticket;
}

PlannedRequest PlannedLoad::request(const Arrival& arrival) const {
  PlannedRequest request;
  request.subject = subject_of(place_, arrival.index, arrival.extra);
  const bool given = arrival.row != nullptr && arrival.row->priority;
  const auto priority = given ? arrival.row->priority : std::nullopt;
  request.mix_class = choose_class(request.subject, priority);
  const Mixed& mixed = mix_[request.mix_class];
  request.kind = mixed.settings.kind;
  request.ticket = ticket(request.mix_class, arrival.at);
  if (priority) request.ticket.priority = *priority;
  if (!submits_) return request;
  choose_entity(arrival, request);
  request.work = work(mixed, request.subject, arrival.row);
  return request;
}

service::VisitRequest PlannedLoad::visit(const Arrival& arrival) const {
  PlannedRequest request;
  request.subject = subject_of(place_, arrival.index, arrival.extra);
  choose_entity(arrival, request);
  service::VisitRequest visit;
  visit.client = entry_.client_number;
  visit.subject = request.subject;
  visit.key = request.ticket.entity;
  visit.planned = arrival.at;
  return visit;
}

LoadPlan::LoadPlan(std::span<const LoadEntry> entries, std::uint64_t seed,
                   std::vector<std::optional<TraceSurvey>> surveys,
                   std::shared_ptr<sim::ZipfCache> tables)
    : seed_(seed), tables_(tables ? std::move(tables) : std::make_shared<sim::ZipfCache>()) {
  surveys.resize(entries.size());
  loads_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const KeyChoice& keys = entries[i].keys;
    std::shared_ptr<const sim::Zipf> table;
    if (keys.count > 0) table = tables_->get(static_cast<std::uint64_t>(keys.count), keys.zipf);
    loads_.emplace_back(entries[i], i, seed, surveyed(entries[i], std::move(surveys[i])),
                        std::move(table));
    own_keys_from_ = std::max(own_keys_from_, static_cast<std::uint32_t>(keys.count));
  }
  // Keys that were chosen by rank come first, then those of each trace, then requests' own.
  for (PlannedLoad& load : loads_) {
    if (!load.survey_ || !load.survey_->keys) continue;
    load.first_entity_ = own_keys_from_;
    own_keys_from_ += load.survey_->keys->size();
  }
}

void LoadPlan::follow(Draws& draws) {
  for (PlannedLoad& load : loads_) load.draws_ = &draws;
}

Time LoadPlan::end() const {
  Time end{};
  for (const PlannedLoad& load : loads_) end = std::max(end, load.end());
  return end;
}

std::size_t LoadPlan::read_from(std::size_t reader) const {
  const std::string& of = loads_[reader].entry().of;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    if (loads_[i].submits() && (of.empty() || loads_[i].entry().name == of)) return i;
  }
  broken(__FILE__, __LINE__, "a load that reads is `of` one that submits", of);
}

}  // namespace wavetank::engine
