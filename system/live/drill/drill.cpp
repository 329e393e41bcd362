#include "system/live/drill/drill.h"

namespace wavetank::live {

Answer<std::unique_ptr<Drill>> Drill::begin(const DrillSettings& settings, Alarm alarm) {
  using Begun = Answer<std::unique_ptr<Drill>>;
  auto record = UndoRecord::create(settings.folder, settings.head);
  if (!record) return Begun::none(record.why());
  auto hold = RunHold::take(settings.folder);
  if (!hold) return Begun::none(hold.why());
  auto watchdog = Watchdog::start(settings.watchdog, settings.folder, settings.lease);
  if (!watchdog) return Begun::none(watchdog.why());
  return std::unique_ptr<Drill>(new Drill(
      settings, std::move(alarm), {std::move(*hold), std::move(*record), std::move(*watchdog)}));
}

Drill::Drill(DrillSettings settings, Alarm alarm, Held held)
    : settings_(std::move(settings)), alarm_(std::move(alarm)), held_(std::move(held)),
      beating_([this] { beat(); }) {}

Drill::~Drill() { stop(); }

void Drill::stop() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = stopping_ = true;
  }
  wake_.notify_all();
  if (beating_.joinable()) beating_.join();
}

Answer<int> Drill::record(const std::shared_ptr<Strike>& strike, Duration longest) {
  const std::lock_guard lock(mutex_);
  if (ended_) return Answer<int>::none("the drill has ended");
  if (held_.watchdog->lapsing()) return Answer<int>::none("the lease of this run is lapsing");
  const auto number = held_.record->intend(*strike);
  if (!number) return number;
  const auto latest = std::chrono::steady_clock::now() + std::chrono::nanoseconds(longest.ns);
  standing_[*number] = {strike, latest};
  ++busy_;
  return number;
}

void Drill::no_longer_busy() {
  {
    const std::lock_guard lock(mutex_);
    --busy_;
  }
  wake_.notify_all();
}

Answer<int> Drill::hit(std::unique_ptr<Strike> given, Duration longest) {
  const std::shared_ptr<Strike> strike = std::move(given);
  if (const Trouble trouble = strike->prepare()) return Answer<int>::none(*trouble);
  const auto number = record(strike, longest);
  if (!number) return number;
  const Trouble trouble = apply(*number, *strike);
  no_longer_busy();
  if (trouble) return Answer<int>::none(*trouble);
  return number;
}

Trouble Drill::apply(int number, Strike& strike) {
  const Strike::Note note = [this, number](const nlohmann::json& more) {
    const std::lock_guard lock(mutex_);
    return held_.record->running(number, more);
  };
  Trouble trouble = strike.apply(note);
  if (!trouble) {
    const std::lock_guard lock(mutex_);
    trouble = held_.record->applied(number);
  }
  if (!trouble) return std::nullopt;
  const Trouble left = take_back(number, strike, false);
  return *trouble + (left ? "; it could not be undone: " + *left : "");
}

Trouble Drill::take_back(int number, Strike& strike, bool applied) {
  if (const Trouble left = undo_strike(strike, applied, settings_.patience)) return left;
  const std::lock_guard lock(mutex_);
  standing_.erase(number);
  return held_.record->undone(number);
}

Trouble Drill::lift(int number) {
  std::shared_ptr<Strike> strike;
  {
    const std::lock_guard lock(mutex_);
    const auto found = standing_.find(number);
    // Of a drill that ends all is undone; two at a time would start a process twice.
    if (ended_ || found == standing_.end()) return std::nullopt;
    strike = found->second.strike;
    // Whatever undoing costs, it is no longer overdue.
    found->second.latest = Moment::max();
    ++busy_;
  }
  const Trouble trouble = take_back(number, *strike, true);
  no_longer_busy();
  return trouble;
}

Trouble Drill::renew() {
  std::map<int, Standing> standing;
  {
    const std::lock_guard lock(mutex_);
    standing = standing_;
  }
  const Moment now = std::chrono::steady_clock::now();
  for (const auto& [number, one] : standing) {
    if (now > one.latest) return one.strike->describe().what + " has outlived its time";
    if (one.latest == Moment::max()) continue;
    const Trouble trouble = one.strike->renew();
    const Trouble gap = one.strike->gap();
    const std::lock_guard lock(mutex_);
    if (gap) gaps_.push_back(*gap);
    const auto still = standing_.find(number);
    // One that is being lifted needs no lease.
    const bool lifted = still == standing_.end() || still->second.latest == Moment::max();
    if (trouble && !lifted) return trouble;
    // Many leases at slow places must not cost our own.
    if (const Trouble gone = held_.watchdog->beat()) return gone;
  }
  return held_.watchdog->beat();
}

void Drill::beat() {
  const auto step = std::chrono::nanoseconds(settings_.lease.ns / 5);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (wake_.wait_for(lock, step, [this] { return stopping_; })) return;
    lock.unlock();
    // Without a beat the lease lapses, and the watchdog undoes what this run does not.
    if (const Trouble trouble = renew()) {
      alarm_(*trouble);
      return;
    }
    lock.lock();
  }
}

std::vector<std::string> Drill::gaps() const {
  const std::lock_guard lock(mutex_);
  return gaps_;
}

std::vector<Residue> Drill::end(const std::function<void(const RecordedStrike&)>& said) {
  {
    // What is being applied at this moment is recorded, and can be undone once it is there; what is
    // being lifted is not to be undone by two. Meanwhile the lease is kept.
    std::unique_lock lock(mutex_);
    ended_ = true;
    wake_.wait(lock, [this] { return busy_ == 0; });
  }
  stop();
  std::vector<Residue> residue;
  const auto undone = undo_all(settings_.folder, settings_.patience, said);
  if (!undone) residue.push_back({"the undo record", undone.why()});
  const auto left = audit(settings_.folder);
  if (left) residue.insert(residue.end(), left->begin(), left->end());
  if (!left) residue.push_back({"what was struck", "cannot be read back: " + left.why()});
  {
    const std::lock_guard lock(mutex_);
    standing_.clear();
  }
  // Where it is gone, or agrees that something is left, the audit has the last word.
  (void)held_.watchdog->dismiss();
  return residue;
}

}  // namespace wavetank::live
