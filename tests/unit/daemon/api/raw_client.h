// A client that sends exactly the bytes it is told to, over a loopback socket, and gives up after
// ten seconds. What an HTTP library would never send is what a server has to survive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace market::api {

struct RawAnswer {
  int status = 0;  ///< 0 = the connection ended without one
  std::string head, body;
  /// Value of a header field, "" when it is not there.
  [[nodiscard]] std::string field(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server has closed already.
  bool send(std::string_view bytes) const;
  /// One answer framed by Content-Length; what came behind it stays for the next call.
  RawAnswer receive();
  /// Up to the empty line: the answer to a HEAD, or the beginning of a stream.
  RawAnswer receive_head();
  /// Reads until `text` has come in since the last call; false when the connection ended first.
  bool receive_until(std::string_view text);
  /// Reads to the end of the connection; false when it is still open after ten seconds.
  bool receive_end();
  [[nodiscard]] const std::string& unread() const { return buffer_; }

 private:
  bool more();

  int socket_ = -1;
  bool timed_out_ = false;
  std::string buffer_;
};

/// "GET /path HTTP/1.1" with Host: localhost and `fields` ("Name: value\r\n" each).
[[nodiscard]] std::string get(std::string_view path, std::string_view fields = "");
[[nodiscard]] std::string post(std::string_view path, std::string_view body,
                               std::string_view fields = "Content-Type: application/json\r\n");
/// One request on a connection of its own.
[[nodiscard]] RawAnswer ask(std::uint16_t port, std::string_view request);

}  // namespace market::api
