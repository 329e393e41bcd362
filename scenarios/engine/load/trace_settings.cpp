#include "scenarios/engine/load/trace_settings.h"

namespace wavetank::engine {
namespace {

constexpr const char* format_names[] = {"by_name", "csv", "tsv"};
constexpr const char* time_unit_names[] = {"seconds", "epoch", "epoch_ms", "rfc3339"};

}  // namespace

void TraceColumns::describe(Fields& f) {
  f.field("time", time, {.help = "When the request arrives, in `time_unit`.", .required = true});
  f.field("key", key,
          {.help = "Which entity it is about; left out, `keys` draws it, or each row is its own."});
  f.field("priority", priority, {.help = "P0, P1 or P2, or 0, 1, 2; left out, the classes say."});
  f.field("input", input, {.help = "Bytes read; left out, drawn from `work.input`."});
  f.field("shuffle", shuffle, {.help = "Bytes shuffled; left out, drawn from `work.shuffle`."});
  f.field("output", output, {.help = "Bytes written; left out, drawn from `work.output`."});
  f.field("compute", compute,
          {.help = "Seconds of compute beyond the bytes; left out, drawn from `work.compute`."});
}

void TraceRepeat::describe(Fields& f) {
  f.field("times", times, {.help = "Copies of the slice, the first included.", .min = 1,
                           .max = 10'000});
  f.field("every", every,
          {.help = "From one copy's start to the next; they may overlap. 0 is the slice's length, "
                   "rounded up to a whole hour."});
}

void TraceSettings::describe(Fields& f) {
  f.field("file", file,
          {.help = "CSV or TSV, plain or gzip; relative to the scenario, or absolute.",
           .required = true});
  f.field("format", format, format_names,
          {.help = "How cells are separated; by_name goes by the file's ending."});
  f.field("header", header,
          {.help = "The first line names the columns; a column given by name implies it."});
  f.field("time_unit", time_unit, time_unit_names,
          {.help = "How times are written: seconds from the start, seconds or milliseconds since "
                   "1970, or 2026-01-31T12:00:00Z."});
  f.section("columns", columns,
            {.help = "Which column says what, by number from 1 or by name.", .required = true});
  f.field("from", from, {.help = "Where the slice begins, from the start of the trace."});
  f.field("to", to, {.help = "Where it ends; 0 is the end of the trace."});
  f.field("disorder", disorder,
          {.help = "How much earlier than one before it a row may be; it then arrives with it."});
  f.section("repeat", repeat, {.help = "Later copies of the slice, under new ids."});
  f.require(!file.empty(), "file", "it names no file");
  f.require(to == Duration{} || from < to, "to", "the slice must end after it begins");
}

char TraceSettings::separator() const {
  if (format != Format::by_name) return format == Format::csv ? ',' : '\t';
  return file.ends_with(".csv") || file.ends_with(".csv.gz") ? ',' : '\t';
}

}  // namespace wavetank::engine
