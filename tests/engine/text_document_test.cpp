#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <filesystem>
#include <fstream>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/nearest.h"

using namespace wavetank::engine;

namespace {

std::optional<Node> parse(std::string_view text, Problems& problems) {
  return parse_document(text, std::make_shared<Source>(Source{{}, "dir/x.json"}), problems);
}

Node good(std::string_view text) {
  Problems problems;
  const auto node = parse(text, problems);
  INFO(problems.text());
  REQUIRE(node.has_value());
  REQUIRE(problems.empty());
  return *node;
}

std::string refusal(std::string_view text) {
  Problems problems;
  CHECK_FALSE(parse(text, problems).has_value());
  return problems.text();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string place(const Node& node) {
  return std::to_string(node.place.line) + ":" + std::to_string(node.place.column);
}

}  // namespace

TEST_CASE("every value knows where it stands") {
  const Node root = good(
      "// a comment with \"quotes\" {\n"
      "{ \"a\": 12,\n"
      "  \"b\": [true, /* 1 */ -1.50e2, null,\"x\\\\\\\"y\"],\n"
      "  \"\xc3\xa9\": {\"c\":false} , \"d\" :5}");
  CHECK(place(root) == "2:1");
  CHECK(place(*root.find("a")) == "2:8");
  const Node& list = *root.find("b");
  CHECK(place(list) == "3:8");
  CHECK(place(list.items[0]) == "3:9");
  CHECK(place(list.items[1]) == "3:23");
  CHECK(list.items[1].text == "-1.50e2");
  CHECK(list.items[1].number == -150);
  CHECK(place(list.items[2]) == "3:32");
  CHECK(place(list.items[3]) == "3:37");
  CHECK(list.items[3].text == "x\\\"y");
  CHECK(place(*root.find("\xc3\xa9")) == "4:8");  // columns count characters, not bytes
  CHECK(place(*root.find("\xc3\xa9")->find("c")) == "4:13");
  CHECK(root.members[2].key_place.column == 3);
  CHECK(root.members[3].key_place.column == 22);
  CHECK(place(*root.find("d")) == "4:27");
  CHECK(origin_of(root.find("a")->place) == "x.json:2");
}

TEST_CASE("members keep their order and numbers their text") {
  const Node root = good(R"({"z": 1, "a": 18446744073709551615, "m": -7, "big": 1e300})");
  CHECK(root.members[0].key == "z");
  CHECK(root.members[1].key == "a");
  CHECK(root.find("a")->text == "18446744073709551615");
  CHECK(root.find("m")->text == "-7");
  CHECK(write_json_line(root) ==
        R"({"z":1,"a":18446744073709551615,"m":-7,"big":1e+300})");
}

TEST_CASE("repeated keys name both places, and the rest is still read") {
  Problems problems;
  const auto root =
      parse("{\"a\": {\"x\": 1,\n \"x\": 2},\n \"b\": 3, \"a\": {\"y\": 4}}", problems);
  REQUIRE(root.has_value());
  CHECK(problems.text() ==
        "dir/x.json:2:2: /a/x: the key \"x\" is repeated; it first stands at line 1, column 8. "
        "Keep one of them.\n"
        "dir/x.json:3:10: /a: the key \"a\" is repeated; it first stands at line 1, column 2. "
        "Keep one of them.\n");
  CHECK(root->find("a")->find("x")->text == "1");
  CHECK(root->find("b")->text == "3");
}

TEST_CASE("what is not JSON is refused at its place") {
  CHECK(contains(refusal("{\n  \"a\": 1,\n}"), "dir/x.json:3:1: not JSON"));
  CHECK(contains(refusal("{\n  \"a\": 1,\n}"), "Remove the comma before it."));
  CHECK(contains(refusal("{\"a\": 1 \"bcd\": 2}"), "x.json:1:9: "));
  CHECK(contains(refusal("{\"a\": {\"b\": tru}}"), "x.json:1:16: /a/b: "));
  CHECK(contains(refusal("{'a': 1}"), "x.json:1:2: "));
  CHECK(contains(refusal("{'a': 1}"), "double quotes"));
  CHECK(contains(refusal("{\"a\": [1, 2"), "x.json:1:12: /a/2: "));
  CHECK(contains(refusal("{\"a\": [1, 2"), "ends too early"));
  CHECK(contains(refusal("{} {}"), "x.json:1:4: "));
  CHECK(contains(refusal("{} {}"), "one JSON object"));
  CHECK(contains(refusal("{\"a\": \"\xff\xfe\"}"), "Save the file as UTF-8."));
  CHECK(contains(refusal("{\"a\": 1e999}"), "number overflow"));
  CHECK(contains(refusal("/* never closed"), "comment"));
  CHECK(contains(refusal("\x7f""ELF\x01\x02"), "x.json:1:1: not JSON"));
  CHECK(contains(refusal(std::string(1000, '\0')), "x.json:1:1: not JSON"));
  CHECK(refusal("") == "dir/x.json: the file is empty. A scenario is one JSON object.\n");
  CHECK(contains(refusal(" \n\t"), "the file is empty"));
  CHECK(contains(refusal("// nothing but a comment"), "not JSON"));
}

TEST_CASE("depth and size are bounded") {
  for (const std::size_t depth : {65u, 100'000u}) {
    CAPTURE(depth);
    CHECK(contains(refusal(std::string(depth, '[')), "x.json:1:65: objects and lists are nested"));
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    CHECK(contains(refusal(objects), "nested more than 64 deep"));
  }
  good(std::string(64, '[') + std::string(64, ']'));
  CHECK(contains(refusal(std::string(document_bytes_max + 1, ' ')), "larger than 8 MiB"));
  std::string zeros = "[0";
  for (int i = 0; i < 600'000; ++i) zeros += ",0";
  CHECK(contains(refusal(zeros + ']'), "more than 500000 values"));
}

TEST_CASE("files are refused before they are read") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "wavetank_text_document_test";
  fs::create_directories(folder);
  const fs::path file = folder / "huge.json";
  std::ofstream(file).put('{');
  fs::resize_file(file, std::uintmax_t{1} << 30);  // sparse: a gigabyte that takes no room
  Problems problems;
  CHECK_FALSE(read_file(file.string(), "huge.json", problems).has_value());
  CHECK(contains(problems.text(), "huge.json: the file has 1073741824 bytes"));
  CHECK_FALSE(read_file((folder / "none.json").string(), "none.json", problems).has_value());
  CHECK(contains(problems.text(), "none.json: there is no such file."));
  CHECK_FALSE(read_file(folder.string(), "folder", problems).has_value());
  CHECK(contains(problems.text(), "folder: this is not a regular file."));
  CHECK_FALSE(read_file("/dev/zero", "zero", problems).has_value());
  CHECK_FALSE(read_file(std::string("a\0b", 3), "zero byte", problems).has_value());
  CHECK(problems.count() == 5);
  std::ofstream(file) << "{}";
  CHECK(read_file(file.string(), "small", problems) == "{}");
  fs::remove_all(folder);
}

TEST_CASE("paths find nodes, with lists by index") {
  const Node root = good(R"({"load": [{"rate": "5/s"}, {"rate": "6/s"}], "a": {"b": 1}})");
  CHECK(find_path(root, "load.1.rate")->text == "6/s");
  CHECK(find_path(root, "a.b")->text == "1");
  CHECK(find_path(root, "") == &root);
  for (const char* path :
       {"load.2", "load.x", "load.1x", "a.c", "a.b.c", "load.-1", "load..rate"}) {
    CAPTURE(path);
    CHECK(find_path(root, path) == nullptr);
  }
}

TEST_CASE("problems are sorted by place, clipped, and counted beyond their limit") {
  Problems problems;
  problems.add({"b.json", 9, 1, "/z", "late", ""});
  problems.add({"a.json", 1, 1, "", "other file", "Do this."});
  problems.add({"b.json", 2, 5, "/y", "early", ""});
  CHECK(problems.text() ==
        "b.json:2:5: /y: early.\nb.json:9:1: /z: late.\na.json:1:1: other file. Do this.\n");
  for (std::size_t i = 0; i < Problems::kept_max; ++i) problems.add({"c", 0, 0, "", "x", ""});
  CHECK(problems.count() == Problems::kept_max + 3);
  CHECK(contains(problems.text(), "... and 3 more\n"));
  CHECK(in_quotes("a\nb\xff\x1b") == "\"a\\x0ab\\xff\\x1b\"");
  CHECK(in_quotes("\xc3\xa9") == "\"\xc3\xa9\"");
  CHECK(in_quotes(std::string(100, 'x')).size() == 65);
  CHECK(pointer_to("/a", "b/c~d") == "/a/b~1c~0d");
}

TEST_CASE("nearest names") {
  const std::vector<std::string> names = {"ratio", "rate", "target", "max_poll_interval", "at"};
  CHECK(nearest("raito", names) == "ratio");  // a swap is one edit
  CHECK(nearest("ratoi", names) == "ratio");
  CHECK(nearest("Rate", names) == "rate");
  CHECK(nearest("tagret", names) == "target");
  CHECK(nearest("maxPollInterval", names) == "max_poll_interval");
  CHECK(nearest("max-poll-intervall", names) == "max_poll_interval");
  CHECK_FALSE(nearest("colour", names).has_value());
  CHECK_FALSE(nearest("xy", names).has_value());
  CHECK_FALSE(nearest("", names).has_value());
  CHECK_FALSE(nearest(std::string(10'000'000, 'r'), names).has_value());
  CHECK(nearest_hint("colour", {"a", "b"}, "keys") == "Known keys: a, b.");
  CHECK(nearest_hint("colour", {}, "keys").empty());
  CHECK(edits_between("abcd", "acbd", 9) == 1);
  CHECK(edits_between("abcd", "wxyz", 2) == 3);
}

TEST_CASE("any text gives a tree or a problem, and a tree writes and reads back") {
  const auto pieces = rc::gen::element<std::string>(
      "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "1", "-", "1e5", "true", "null", "//",
      "/*", "*/", "\n", "\\", "\\u12", "\\ud800", "\xff", "\xef\xbb\xbf", " ",
      std::string(1, '\0'));
  CHECK(rc::check([&] {
    std::string text;
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(pieces)) text += piece;
    Problems problems;
    const auto node = parse(text, problems);
    RC_ASSERT(node.has_value() || !problems.empty());
    for (const Problem& problem : problems.all()) RC_ASSERT(!text_of(problem).empty());
    if (!node) return;
    Problems none;
    const std::string written = write_json(*node);
    const auto again = parse(written, none);
    RC_ASSERT(again.has_value());
    RC_ASSERT(write_json(*again) == written);
  }));
}
