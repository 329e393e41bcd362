#pragma once
// Ids as text: e17 is an entity, v203 a version (an output), p12 a process, j5 a job.

#include <string>
#include <string_view>

#include "system/base/ids.h"

namespace wavetank::live {

/// The letter and the number; empty for an id that is none.
std::string id_text(EntityId id);
std::string id_text(OutputId id);
std::string id_text(ProcessId id);
std::string id_text(JobId id);
/// False where `text` is none.
bool read_id(std::string_view text, EntityId& id);
bool read_id(std::string_view text, OutputId& id);
bool read_id(std::string_view text, ProcessId& id);
bool read_id(std::string_view text, JobId& id);

}  // namespace wavetank::live
