#include "system/live/redis_tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace wavetank::live {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

std::string last_error() {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

Context trusting(const std::string& ca) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) throw std::runtime_error("TLS cannot begin: " + last_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int read = ca.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                              : SSL_CTX_load_verify_file(context.get(), ca.c_str());
  if (read != 1) {
    throw std::runtime_error("the CA's certificate cannot be read: " + ca + ": " + last_error());
  }
  return context;
}

/// Does it again where a signal came between.
template <class Call>
int through(Call call) {
  int result = 0;
  do {
    ERR_clear_error();
    errno = 0;
    result = call();
  } while (result <= 0 && errno == EINTR);
  return result;
}

bool is_late(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == ETIMEDOUT; }

}  // namespace

void RedisTls::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

RedisTls::RedisTls(int socket, const CacheTarget& target) {
  ERR_clear_error();
  const Context context = trusting(target.ca);
  ssl_.reset(SSL_new(context.get()));
  // An address is looked for among the certificate's addresses, and is no name to ask for.
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1 ||
      SSL_set1_host(ssl_.get(), target.host.c_str()) != 1) {
    throw std::runtime_error("TLS cannot begin: " + last_error());
  }
  if (target.host.find_first_not_of("0123456789.:") != std::string::npos) {
    SSL_set_tlsext_host_name(ssl_.get(), target.host.c_str());
  }
  const int result = through([this] { return SSL_connect(ssl_.get()); });
  if (result == 1) return;
  const long verified = SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK) {
    throw std::runtime_error(std::string("its certificate is not trusted: ") +
                             X509_verify_cert_error_string(verified));
  }
  const Trouble wrong = trouble(result);
  throw std::runtime_error(wrong.late ? "no answer to a TLS greeting in time"
                                      : "no TLS there: " + wrong.text);
}

RedisTls::~RedisTls() = default;

RedisTls::Trouble RedisTls::trouble(int result) const {
  const int error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return {};
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {true, "no answer in time"};
    case SSL_ERROR_ZERO_RETURN:
      return {false, "Server closed the connection"};
    case SSL_ERROR_SYSCALL:
      if (is_late(error)) return {true, "no answer in time"};
      return {false, error == 0 ? "Server closed the connection" : std::strerror(error)};
    default:
      return {false, last_error()};
  }
}

RedisTls::Trouble RedisTls::write(std::string_view bytes) {
  // Whole or not at all, since SSL_MODE_ENABLE_PARTIAL_WRITE is off.
  return trouble(through([this, bytes] {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }));
}

RedisTls::Trouble RedisTls::read(std::string& into) {
  char chunk[16'384];
  const int got = through([this, &chunk] { return SSL_read(ssl_.get(), chunk, sizeof chunk); });
  if (got > 0) into.append(chunk, static_cast<std::size_t>(got));
  return trouble(got);
}

bool RedisTls::silent() {
  const int socket = SSL_get_fd(ssl_.get());
  const int flags = ::fcntl(socket, F_GETFL);
  if (flags < 0 || ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  char byte = 0;
  // Session tickets are taken in here; an answer or an end would be seen.
  const int got = through([this, &byte] { return SSL_peek(ssl_.get(), &byte, 1); });
  const bool nothing = got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ;
  return ::fcntl(socket, F_SETFL, flags) == 0 && nothing;
}

}  // namespace wavetank::live
