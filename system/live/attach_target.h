#pragma once
// AttachTarget: a platform that is not ours, in the words of a target file: how it is asked, how
// its status is read, what its words mean, where it calls back, where its outputs lie.
//
// Texts are templates. Placeholders: {entity} {version} {key} {run} {input} {bytes} {priority}
// {action} {output} {callback_url}, and {id}, its own name of a request, once it is known.
// A value in its answers is named by a JSON pointer: "/report/id".

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "system/base/fields.h"
#include "system/base/ids.h"
#include "system/live/belonging_target.h"
#include "system/live/metric_target.h"
#include "system/live/secret.h"
#include "system/live/topic_target.h"
#include "system/ports/messages.h"

namespace wavetank::live {

/// A header of every request. What is secret follows the value: "Bearer " and a token.
struct HeaderTarget {
  std::string name, value;
  Secret secret;
  void describe(Fields& f);
};

/// One value of a JSON body.
struct BodyField {
  std::string at;     ///< where: a JSON pointer
  std::string value;  ///< a template
  std::string kind = "text";  ///< text, number or flag
  void describe(Fields& f);
};

struct RequestTarget {
  std::string method = "POST";
  std::string url;
  std::vector<BodyField> fields;
  std::string body;   ///< instead of fields: any text
  std::string content_type = "application/json";
  std::vector<std::string> accepted{"2xx"};  ///< statuses: 202 or 2xx
  std::string id = "/id";
  std::vector<std::string> priorities{"p0", "p1", "p2"};  ///< what {priority} is
  void describe(Fields& f);
};

struct StatusTarget {
  std::string url;    ///< of one request; for what readers are told, and for watching
  std::string query;  ///< SQL with {id} or {run}: for watching instead, where it is given
  std::string id = "/id";        ///< SQL with {run}: which column of a row is the id
  std::string key;               ///< and which is the {key} that we asked under; may be left out
  std::string state = "/status";
  std::string version;           ///< grows with every change; tells an old answer from a step back
  Duration every = whole_seconds(1);
  bool given() const { return !url.empty() || !query.empty(); }
  void describe(Fields& f);
};

/// Its words for our states.
struct StateWords {
  std::vector<std::string> accepted, published, launched, running, succeeded, failed, dead_lettered;
  /// unknown where nobody named the word.
  ProcessState state(const std::string& word) const;
  bool any_terminal() const { return !succeeded.empty() || !failed.empty(); }
  void describe(Fields& f);
};

struct ReceiverTarget {
  std::string listen;      ///< host:port; empty: nobody calls back
  std::string public_url;  ///< how the platform reaches it; empty: http:// and `listen`
  std::string id, state, version;  ///< pointers into its body; id may be left out
  Duration waits = whole_seconds(5);  ///< how long the platform waits for our answer
  std::string url() const { return public_url.empty() ? "http://" + listen : public_url; }
  void describe(Fields& f);
};

/// What the platform leaves behind for each request that succeeded, last of all.
struct OutputTarget {
  std::string object;  ///< a key of `objects`
  std::string url;     ///< or a page
  std::string complete;  ///< pointer to what must be there and not false; may be left out
  std::string rows, rejected;  ///< pointers to counts; may be left out
  bool given() const { return !object.empty() || !url.empty(); }
  void describe(Fields& f);
};

/// Data of the platform that requests may name as {input}.
struct InputTarget {
  std::string name;
  std::string kind = "plain";  ///< plain; hot: one key holds `share` of its rows; big
  Ratio share{};
  Bytes bytes{};
  std::int64_t rows = 0;  ///< 0: not known
  void describe(Fields& f);
};

struct AttachTarget {
  std::vector<HeaderTarget> headers;
  RequestTarget request;
  StatusTarget status;
  StateWords words;
  ReceiverTarget receiver;
  OutputTarget output;
  std::vector<InputTarget> inputs;
  std::vector<TopicTarget> topics;  ///< of its own: that they are there is checked
  std::vector<BelongingTarget> belongings;  ///< what the load leaves, in the order of its removal
  PrometheusTarget prometheus;
  std::vector<MetricTarget> metrics;  ///< figures of its own that are read while a run lasts
  std::vector<std::string> health;  ///< URLs that answer 2xx while the platform is well

  void describe(Fields& f);
  using Problem = std::pair<std::string, std::string>;  ///< "/attach/request/url", and what
  /// What is wrong with it as a whole.
  std::vector<Problem> problems() const;
  /// Every URL that it names, without what templates fill in.
  std::vector<std::string> urls() const;

 private:
  void look_at_templates(std::vector<Problem>& found) const;
};

/// How much of what an invariant judges can be seen of an attached platform.
struct Sight {
  enum class Much : std::uint8_t {
    all,
    part,  ///< what is seen broken is; that it holds, or what is missing, cannot be said
    none,
  };
  std::string invariant;
  Much much = Much::none;
  std::string why;  ///< what is missing, or what it rests on
  /// none: where not empty only what these outputs show is in doubt.
  std::set<OutputId> outputs{};
};
std::vector<Sight> judgeable(const AttachTarget& attach);

}  // namespace wavetank::live
