#include "app/live/fault_arming.h"

#include <utility>

#include "faults/catalogue.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/read_fields.h"

namespace wavetank::app {
namespace {

/// The fault that `text` describes; what is wrong with it goes to `wrong`.
std::unique_ptr<faults::Fault> read_fault(const std::string& text, std::string& wrong) {
  engine::Problems problems;
  auto source = std::make_shared<engine::Source>();
  source->file = "fault";
  const auto root = engine::parse_document(text, source, problems);
  faults::FaultEntry entry;
  if (root) {
    engine::Provenance provenance;
    engine::ReadFields reader(*root, problems, provenance);
    entry.describe(reader);
    reader.finish();
  }
  if (problems.empty()) return std::move(entry.fault);
  wrong = engine::text_of(problems.all().front());
  return nullptr;
}

}  // namespace

class FaultArming::Armed final : public live::ArmedFault {
 public:
  Armed(FaultArming& arming, std::unique_ptr<faults::FaultSet> set)
      : arming_(arming), set_(std::move(set)) {
    set_->begin_now();
  }
  ~Armed() override {
    set_->stop();
    arming_.ended_.push_back(std::move(set_));
  }
  std::uint64_t fired() const override { return (*set_)[0].tally().fired; }
  std::uint64_t touched() const override { return (*set_)[0].tally().touched; }
  bool spent() const override { return (*set_)[0].spent(); }

 private:
  FaultArming& arming_;
  std::unique_ptr<faults::FaultSet> set_;
};

std::unique_ptr<live::ArmedFault> FaultArming::arm(const live::ArmOrder& order,
                                                   std::string& problem) {
  std::unique_ptr<faults::Fault> fault = read_fault(order.fault, problem);
  if (fault == nullptr) return nullptr;
  std::vector<std::unique_ptr<faults::Fault>> list;
  list.push_back(std::move(fault));
  auto set = std::make_unique<faults::FaultSet>(world_, std::move(list),
                                                static_cast<std::size_t>(order.order));
  const auto problems = set->problems();
  if (!problems.empty()) {
    problem = problems.front().what;
    return nullptr;
  }
  return std::make_unique<Armed>(*this, std::move(set));
}

}  // namespace wavetank::app
