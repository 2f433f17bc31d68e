#include "tests/unit/daemon/api/raw_client.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace market::api {

std::string RawAnswer::field(std::string_view name) const {
  const auto begin = head.find(fmt::format("\r\n{}: ", name));
  if (begin == std::string::npos) return "";
  const auto value = begin + name.size() + 4;
  return head.substr(value, head.find("\r\n", value) - value);
}

RawClient::RawClient(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
  const timeval patience{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    timed_out_ = true;
  }
}

RawClient::~RawClient() { ::close(socket_); }

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::more() {
  std::array<char, 16384> bytes{};
  const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (got < 0 && errno == EAGAIN) timed_out_ = true;
  if (got <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

RawAnswer RawClient::receive_head() {
  RawAnswer answer;
  auto end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos && more()) end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  return answer;
}

RawAnswer RawClient::receive() {
  auto answer = receive_head();
  const auto text = answer.field("Content-Length");
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  while (buffer_.size() < length && more()) {
  }
  length = std::min(length, buffer_.size());
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

bool RawClient::receive_until(std::string_view text) {
  auto found = buffer_.find(text);
  while (found == std::string::npos && more()) found = buffer_.find(text);
  if (found == std::string::npos) return false;
  buffer_.erase(0, found + text.size());
  return true;
}

bool RawClient::receive_end() {
  while (more()) {
  }
  return !timed_out_;
}

std::string get(std::string_view path, std::string_view fields) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, fields);
}

std::string post(std::string_view path, std::string_view body, std::string_view fields) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), fields, body);
}

RawAnswer ask(std::uint16_t port, std::string_view request) {
  RawClient client{port};
  client.send(request);
  return client.receive();
}

}  // namespace market::api
