#include "faults/key_class.h"

#include <charconv>

#include "system/ports/compute.h"
#include "system/ports/http.h"
#include "system/ports/queue.h"

namespace wavetank::faults {
namespace {

template <class V>
const typename V::Args& args_of(const Call& call) {
  return static_cast<const CallOf<V>&>(call).args;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

const Ticket* ticket_of(const Call& call) {
  switch (call.op) {
    case Op::http_submit:
      return &args_of<verb::HttpSubmit>(call).ticket;
    case Op::http_status:
      return &args_of<verb::HttpStatus>(call).ticket;
    case Op::http_output:
      return &args_of<verb::HttpOutput>(call).ticket;
    case Op::http_callback:
      return &args_of<verb::HttpCallback>(call).ticket;
    case Op::db_accept:
      return &args_of<verb::AcceptProcess>(call).ticket;
    case Op::queue_publish:
      return &args_of<verb::Publish>(call).record.ticket;
    case Op::compute_start_job:
      return &args_of<verb::StartJob>(call).record.ticket;
    case Op::compute_attempt:
      return &args_of<verb::RunAttempt>(call).task.ticket;
    default:
      return nullptr;
  }
}

std::optional<KeyClass> KeyClass::parse(std::string_view text, std::int64_t hot_keys) {
  KeyClass key;
  if (text == "all") return key;
  if (text == "critical") {
    key.kind_ = Kind::critical;
    return key;
  }
  if (text == "hot" || text == "cold") {
    key.kind_ = text == "hot" ? Kind::hot : Kind::cold;
    const bool beyond = hot_keys > 0xffffffffLL;
    key.number_ = beyond ? 0xffffffffu : static_cast<std::uint32_t>(hot_keys < 0 ? 0 : hot_keys);
    return key;
  }
  if (text.empty() || (text[0] != 'p' && text[0] != 'e')) return std::nullopt;
  const auto value = number(text.substr(1));
  if (!value) return std::nullopt;
  key.kind_ = text[0] == 'p' ? Kind::priority : Kind::entity;
  key.number_ = *value;
  if (key.kind_ == Kind::priority && key.number_ >= priority_count) return std::nullopt;
  return key;
}

bool KeyClass::has(const Call& call) const {
  const EntityId entity = call.info.entity;
  switch (kind_) {
    case Kind::all:
      return true;
    case Kind::hot:
      return entity.valid() && entity.value < number_;
    case Kind::cold:
      return entity.valid() && entity.value >= number_;
    case Kind::critical: {
      const Ticket* ticket = ticket_of(call);
      return ticket != nullptr && ticket->critical;
    }
    case Kind::priority:
      return static_cast<std::uint32_t>(call.info.priority) == number_;
    case Kind::entity:
      return entity.valid() && entity.value == number_;
  }
  return false;
}

}  // namespace wavetank::faults
