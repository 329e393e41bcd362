#include "faults/call_fault.h"

namespace wavetank::faults {

namespace {
constexpr const char* attempts_names[] = {"all", "first"};
constexpr const char* through_names[] = {"gate", "link"};
}

void CallFault::describe(Fields& f) {
  Fault::describe(f);
  f.field("target", spec_.target,
          {.help = "Calls to a node, group, service or verb, or caller->server."});
  f.field("ratio", spec_.ratio, {.help = "The share of those calls that it strikes.", .max = 1});
  f.field("keys", spec_.keys,
          {.help = "Whose calls: all, hot, cold, critical, p0, p1, p2 or an entity such as e17."});
  f.field("hot_keys", spec_.hot_keys,
          {.help = "How many of the most popular keys count as hot.", .min = 1});
  f.field("attempts", spec_.attempts, attempts_names,
          {.help = "Strikes every attempt, or first attempts only so that a retry succeeds."});
  f.require(KeyClass::parse(spec_.keys, spec_.hot_keys).has_value(), "keys",
            "must be all, hot, cold, critical, p0, p1, p2 or an entity such as e17");
  if (on_links()) describe_link(f);
}

void CallFault::describe_link(Fields& f) {
  f.field("through", spec_.through, through_names,
          {.help = "A live platform is struck in its processes (gate), or at Toxiproxy's link to "
                   "the service, for all who call it (link)."});
  const bool by_call = spec_.through == Through::gate;
  f.require(by_call || spec_.target.find_first_of("./->") == std::string::npos, "target",
            "a link is everybody's way to all of a service: name that alone, such as database");
  f.require(by_call || spec_.keys == "all", "keys", "a link knows no keys: they must be all");
  f.require(by_call || spec_.attempts == Attempts::all, "attempts",
            "a link knows no attempts: they must be all");
}

std::vector<Obstacle> CallFault::aim(const World& world) {
  std::vector<Obstacle> obstacles;
  target_ = Target::compile(spec_.target, world, obstacles);
  keys_ = KeyClass::parse(spec_.keys, spec_.hot_keys);
  if (!keys_) obstacles.push_back({"unknown key class \"" + spec_.keys + "\"", ""});
  if (obstacles.empty() && ops() == 0) {
    std::string hint = "It strikes";
    for (int i = 0; i < op_count(); ++i) {
      const Op op = static_cast<Op>(i);
      if ((verbs() & mask_of(op)) != 0) hint += std::string(" ") + name_of(op);
    }
    obstacles.push_back(
        {std::string(name()) + " never strikes \"" + spec_.target + "\"", hint + " only."});
  }
  return obstacles;
}

bool CallFault::picks(const Call& call, Moment moment) const {
  // A copy made by the gate has no caller that could notice anything.
  if (call.repeated || !reaches(call) || !keys_->has(call)) return false;
  if (spec_.attempts == Attempts::first && call.info.attempt != 0) return false;
  return takes(bits_of(call, moment));
}

Verdict CallFault::ask(const Call& call, Moment moment) {
  return picks(call, moment) ? answer(call, moment) : Verdict::pass();
}

void CallFault::applied(const Call&, Verdict) {
  ++tally_.fired;
  ++tally_.touched;
}

}  // namespace wavetank::faults
