#include "system/live/dataset/shuffle_files.h"

#include <nlohmann/json.hpp>
#include <system_error>

namespace wavetank::live {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t buffer_size = 1 << 16;

std::string index_name(std::uint32_t map) { return "map-" + std::to_string(map) + ".json"; }

std::optional<ShuffleIndex> read_index(const fs::path& file) {
  FileReader in(file);
  if (!in.ok()) return std::nullopt;
  std::string text;
  in.read(text, static_cast<std::size_t>(in.size()));
  const json index = json::parse(text, nullptr, false);
  if (!index.is_object() || !index.contains("data") || !index.contains("partitions")) {
    return std::nullopt;
  }
  ShuffleIndex found;
  found.data = file.parent_path() / index["data"].get<std::string>();
  for (const json& slices : index["partitions"]) {
    auto& partition = found.partitions.emplace_back();
    for (const json& slice : slices) {
      partition.push_back({slice[0].get<std::int64_t>(), slice[1].get<std::int64_t>()});
    }
  }
  return found;
}

}  // namespace

ShuffleWriter::ShuffleWriter(fs::path folder, std::uint32_t map, std::uint32_t attempt,
                             std::uint32_t partitions)
    : folder_(std::move(folder)),
      map_(map),
      data_("map-" + std::to_string(map) + "-" + std::to_string(attempt) + ".data"),
      buffers_(partitions),
      slices_(partitions),
      sizes_(partitions) {
  fs::create_directories(folder_);
  out_.emplace(folder_ / data_);
}

ShuffleWriter::~ShuffleWriter() {
  if (committed_) return;
  out_.reset();
  std::error_code ignored;
  fs::remove(folder_ / data_, ignored);
}

Result<Done> ShuffleWriter::add(const Row& row, std::size_t size) {
  const std::uint32_t partition =
      partition_of(row.key, static_cast<std::uint32_t>(buffers_.size()));
  append_row(buffers_[partition], row, size);
  if (buffers_[partition].size() >= buffer_size) flush(partition);
  if (!out_->ok()) return out_->close();
  return Done{};
}

void ShuffleWriter::flush(std::uint32_t partition) {
  std::string& buffer = buffers_[partition];
  if (buffer.empty()) return;
  const auto size = static_cast<std::int64_t>(buffer.size());
  slices_[partition].push_back({written_, size});
  out_->write(buffer);
  written_ += size;
  sizes_[partition] += size;
  buffer.clear();
}

Result<Done> ShuffleWriter::commit() {
  for (std::uint32_t p = 0; p < buffers_.size(); ++p) flush(p);
  auto closed = out_->close();
  if (!closed.ok()) return closed;
  json index = json::object();
  index["data"] = data_;
  json& partitions = index["partitions"] = json::array();
  for (const auto& slices : slices_) {
    json& list = partitions.emplace_back(json::array());
    for (const ShuffleSlice& slice : slices) list.push_back({slice.from, slice.count});
  }
  const fs::path beside = folder_ / (data_ + ".index");
  FileWriter out(beside);
  out.write(index.dump());
  closed = out.close();
  if (!closed.ok()) return closed;
  fs::rename(beside, folder_ / index_name(map_));
  committed_ = true;
  return Done{};
}

std::optional<ShuffleIndex> find_shuffle(const fs::path& root, const std::string& job,
                                         std::uint32_t map) {
  std::error_code error;
  for (fs::directory_iterator at(root, error), end; at != end; at.increment(error)) {
    if (error) break;
    auto found = read_index(at->path() / "shuffle" / job / index_name(map));
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace wavetank::live
