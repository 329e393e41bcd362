#pragma once
// Strikes at a link through Toxiproxy. Each touches one toxic of its own name, or whether the proxy
// is enabled; the proxy itself, its address and toxics of other people stay as they are.
//
//   latency        a toxic in each direction that is named
//   partition      nothing arrives in either direction, connections stay open
//   lost reply     requests arrive and have their effect, no answer comes back
//   refuse         the proxy is disabled: connections break, new ones are refused

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "system/base/units.h"
#include "system/live/drill/strike.h"

namespace wavetank::live {

/// Where a link is struck, and in whose name.
struct ToxicPlace {
  std::string api;    ///< URL of Toxiproxy
  std::string proxy;
  std::string name;   ///< of the toxic: toxic_name(run, number)
};

std::string toxic_name(const std::string& run, int number);

using Strikes = std::vector<std::unique_ptr<Strike>>;

/// `stream` is downstream (answers) or upstream (requests). `share` is the share of connections.
std::unique_ptr<Strike> toxic_latency(ToxicPlace at, Duration by, Duration jitter,
                                      const std::string& stream = "downstream", double share = 1);
/// Rounds up to 1 kB/s.
std::unique_ptr<Strike> toxic_bandwidth(ToxicPlace at, Bandwidth most,
                                        const std::string& stream = "downstream", double share = 1);
/// Data stops in this direction until the strike is undone; connections stay open meanwhile.
std::unique_ptr<Strike> toxic_silence(ToxicPlace at, const std::string& stream, double share = 1);
/// A connection ends after so many bytes of answers. 0: as soon as an answer comes.
std::unique_ptr<Strike> toxic_limit(ToxicPlace at, Bytes most, double share = 1);
/// The proxy is disabled. `at.name` is not used.
std::unique_ptr<Strike> proxy_disabled(ToxicPlace at);

std::unique_ptr<Strike> read_toxic_strike(const nlohmann::json& record);
std::unique_ptr<Strike> read_proxy_strike(const nlohmann::json& record);

/// What a run that was killed may have left at these proxies of this Toxiproxy: toxics that some
/// run of wavetank made, and that one is disabled, which carries nobody's name. `where` is the
/// command that undoes it.
Answer<std::vector<Residue>> left_at_proxies(const std::string& api,
                                             const std::set<std::string>& names);

}  // namespace wavetank::live
