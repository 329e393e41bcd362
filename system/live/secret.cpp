#include "system/live/secret.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace wavetank::live {

std::string Secret::read() const {
  if (!env.empty()) {
    const char* text = std::getenv(env.c_str());
    if (text != nullptr) return text;
    throw std::runtime_error("the environment variable " + env + " is not set");
  }
  if (file.empty()) return "";
  std::ifstream in(file);
  if (!in) throw std::runtime_error("the secret file " + file + " cannot be read");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void Secret::describe(Fields& f) {
  f.field("env", env, {.help = "The environment variable that holds it."});
  f.field("file", file, {.help = "The file that holds it."});
  f.require(env.empty() || file.empty(), "file", "a secret is in a variable or a file, not both");
}

}  // namespace wavetank::live
