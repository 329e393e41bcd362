#include "scenarios/engine/load/load_entry.h"

#include <algorithm>

#include "scenarios/engine/load/trace_settings.h"
#include "sim/random/sampler.h"
#include "sim/random/zipf.h"

namespace wavetank::engine {
namespace {

constexpr const char* kind_names[] = {"submit", "status", "output"};
constexpr const char* priority_names[] = {"P0", "P1", "P2"};
constexpr const char* by_names[] = {"recency", "key"};
constexpr std::int64_t zipf_keys_max = std::int64_t{sim::Zipf::keys_max};

}  // namespace

void WorkSettings::describe(Fields& f) {
  constexpr auto most = static_cast<double>(job_bytes_max);
  f.field("input", input, {.help = "Bytes that a submit's job reads.", .max = most});
  f.field("shuffle", shuffle, {.help = "Bytes that it shuffles.", .max = most});
  f.field("output", output, {.help = "Bytes that it writes.", .max = most});
  f.field("compute", compute, {.help = "Compute beyond what the bytes cost, over all tasks."});
  f.field("executors", executors,
          {.help = "Most executors at a time; 0 is as many as are free.",
           .vendor = "spark.dynamicAllocation.maxExecutors",
           .max = 1e6});
  const auto sound = [&f](const char* name, const Law& law) {
    const std::string problem = sim::law_problem(law);
    f.require(problem.empty(), name, problem.c_str());
  };
  sound("input", input.law);
  sound("shuffle", shuffle.law);
  sound("output", output.law);
  sound("compute", compute.law);
}

void RequestClass::describe_own(Fields& f) {
  f.field("kind", kind, kind_names,
          {.help = "Submits work, reads a status, or reads whether an output can be trusted."});
  f.field("priority", priority, priority_names,
          {.help = "Of a submit; a read has that of the output it is about."});
  f.field("action", action, {.help = "Of a submit: which code runs.", .max = 255});
  f.field("critical", critical,
          {.help = "The safety-critical class, which is never answered from the cache."});
  f.field("fresh_within", fresh_within,
          {.help = "The output must be ready so long after the planned arrival; 0 is no window."});
  f.field("fresh_for", fresh_for,
          {.help = "How long a ready output can be trusted; 0 is for ever."});
  f.section("work", work, {.help = "What one submit asks for."});
}

void RequestClass::describe(Fields& f) {
  f.field("weight", weight, {.help = "Its part of the requests, against the other weights."});
  describe_own(f);
}

void KeyChoice::describe(Fields& f) {
  f.field("count", count,
          {.help = "Entities; 0 gives each request one of its own, or the trace's key.",
           .max = 1e9});
  f.field("zipf", zipf,
          {.help = "The key of rank r is chosen in proportion to 1 / r^zipf; 0 is uniform.",
           .max = 10});
  f.field("hot", hot, {.help = "The first so many keys share `hot_ratio` of the requests."});
  f.field("hot_ratio", hot_ratio, {.help = "The share of requests that goes to the `hot` keys."});
  f.require(zipf == 0 || count <= zipf_keys_max, "count", "a Zipf law has at most 2^28 keys");
  f.require(hot <= count, "hot", "there are fewer keys than hot ones");
  f.require(hot > 0 || hot_ratio.value == 0, "hot_ratio", "it needs `hot`, the number of hot keys");
}

void ReadChoice::describe(Fields& f) {
  f.field("by", by, by_names,
          {.help = "Among the outputs offered last, or the last one of a key."});
  f.field("recent", recent,
          {.help = "By recency: how many of the outputs offered last are read.", .min = 1,
           .max = 1e7});
  f.field("zipf", zipf,
          {.help = "The r-th newest, or most popular key, is read in proportion to 1 / r^zipf.",
           .max = 10});
  f.field("after", after, {.help = "An output is read this long after it was offered at first."});
}

void PollSettings::describe(Fields& f) {
  f.field("interval", interval,
          {.help = "A submit that was accepted reads its status so often until it is terminal; 0 "
                   "is never."});
  f.field("for", lasts, {.help = "It gives up after so long."});
}

LoadEntry::LoadEntry(const LoadEntry& other)
    : name(other.name),
      at(other.at),
      shape_name(other.shape_name),
      shape(other.shape ? other.shape->clone() : nullptr),
      scale(other.scale),
      bytes_scale(other.bytes_scale),
      own(other.own),
      classes(other.classes),
      keys(other.keys),
      client(other.client),
      client_number(other.client_number),
      of(other.of),
      read(other.read),
      poll(other.poll),
      timeout(other.timeout),
      retry(other.retry) {}

LoadEntry& LoadEntry::operator=(const LoadEntry& other) {
  return *this = LoadEntry(other);
}

void LoadEntry::describe(Fields& f) {
  f.field("name", name, {.help = "What faults and reports call it.", .required = true});
  f.field("at", at, {.help = "When it begins, from the start of the run."});
  f.variant("shape", shape_name, shape_names(),
            {.help = "How requests arrive over time.", .required = true},
            [this](const std::string& word, Fields& inner) {
              if (shape == nullptr || word != shape->name()) shape = make_shape(word);
              if (shape != nullptr) shape->describe(inner);
            });
  f.field("scale", scale, {.help = "Multiplies the rate, or the rows of a trace.", .max = 1e6});
  own.describe_own(f);
  f.list(
      "classes",
      {.help = "A mix of requests; each class starts from the fields beside it.", .max = 32},
      classes.size(), [this](std::size_t n) { classes.assign(n, own); },
      [this](std::size_t i, Fields& inner) { classes[i].describe(inner); });
  f.section("keys", keys, {.help = "Which entities the submits are about."});
  f.field("client", client,
          {.help = "Of a queueing network: whose requests these are; may be left out where there "
                   "is only one client."});
  f.field("of", of, {.help = "Of reads: the load whose outputs are read; may be left out where "
                             "only one submits."});
  f.section("read", read, {.help = "Of reads: which of those outputs."});
  f.section("poll", poll, {.help = "Of submits: reading the status until it is terminal."});
  f.field("timeout", timeout, {.help = "How long the client waits for one answer.", .min = 1e-6});
  f.section("retry", retry, {.help = "What the client does after a failure."});
  double total = 0;
  bool any_submit = false;
  bool any_read = false;
  for (const RequestClass& one : mix()) {
    total += one.weight;
    (one.kind == RequestKind::submit ? any_submit : any_read) = true;
  }
  f.require(total > 0, "classes", "the weights add up to nothing");
  f.require(!any_submit || !any_read, "classes",
            "an entry either submits or reads: make the reads an entry of their own");
  f.require(any_submit || poll.interval == Duration{}, "poll", "only a submit polls");
  f.require(scale > 0, "scale", "it must be above zero");
}

std::vector<RequestClass> LoadEntry::mix() const {
  return classes.empty() ? std::vector<RequestClass>{own} : classes;
}

bool LoadEntry::submits() const {
  return mix().front().kind == RequestKind::submit;
}

}  // namespace wavetank::engine
