#include "system/live/curl_reach.h"

#include <sys/socket.h>

#include "system/live/drill/reach.h"

namespace wavetank::live {
namespace {

curl_socket_t open_socket(void* refused, curlsocktype, curl_sockaddr* to) {
  if (!Reach::permits(to->addr)) {
    *static_cast<std::string*>(refused) = beyond_reach(to->addr);
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

}  // namespace

void keep_in_reach(CURL* handle, std::string& refused) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &refused);
}

}  // namespace wavetank::live
