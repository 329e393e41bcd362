#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind version_kinds[] = {EventKind::manifest_published, EventKind::manifest_refused,
                                       EventKind::job_not_needed, EventKind::version_overwritten};

/// One overwriting may come as version_overwritten, as a manifest of another epoch, or as both, in
/// either order: it counts once.
class VersionImmutable final : public Invariant {
 public:
  VersionImmutable() : Invariant("second writes tried") {}
  std::span<const EventKind> kinds() const override { return version_kinds; }

  void on_event(const Event& event) override {
    if (event.kind == EventKind::manifest_published) {
      published_any_ = true;
      published(event, versions_.at(event.ticket.output.value));
    } else if (event.kind == EventKind::version_overwritten) {
      overwritten(event, versions_.at(event.ticket.output.value));
    } else {
      saw();
    }
  }

 private:
  struct Version {
    std::uint8_t epoch : 7 = 0;    ///< of what stands, plus one; 0 for nothing
    std::uint8_t counted : 1 = 0;  ///< by its manifest: version_overwritten may follow
  };
  static_assert(sizeof(Version) == 1);

  static std::uint8_t packed(std::int64_t epoch) {
    return static_cast<std::uint8_t>(1 + epoch % 126);
  }

  void published(const Event& event, Version& version) {
    const std::uint8_t epoch = packed(event.extra);
    const bool second = version.epoch != 0 && version.epoch != epoch;
    if (second) written_twice(event);
    version.counted = second ? 1 : 0;
    version.epoch = epoch & 0x7f;
  }

  void overwritten(const Event& event, Version& version) {
    const std::uint8_t epoch = packed(event.extra);
    if (version.counted && version.epoch == epoch) {
      version.counted = 0;
      return;
    }
    written_twice(event);  // A manifest that follows has this epoch, and is no second violation.
    version.counted = 0;
    version.epoch = epoch & 0x7f;
  }

  void written_twice(const Event& event) {
    saw();
    violated(event, "written twice");
  }

  bool decided(bool) const override { return published_any_; }

  ByIndex<Version> versions_;
  bool published_any_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_version_immutable() { return std::make_unique<VersionImmutable>(); }

}  // namespace wavetank::engine
