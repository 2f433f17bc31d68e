#include "daemon/api/http_client.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace market::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

/// A whole plan of a large market is a few megabytes.
constexpr std::uint64_t kBodyMax = std::uint64_t{64} << 20U;

/// Runs one asynchronous operation to its end or to the stream's deadline.
template <class Start>
beast::error_code finish(asio::io_context& context, Start start) {
  beast::error_code result = asio::error::would_block;
  start([&result](beast::error_code error, auto&&...) { result = error; });
  context.restart();
  context.run();
  return result;
}

Result<Reply> exchange(const ApiAddress& address, http::request<http::string_body> request,
                       std::chrono::seconds deadline) {
  const auto failed = [&](const std::string& why) {
    return fail(Errc::Io, fmt::format("no answer from marketd at {}:{} ({}): is it running? "
                                      "(--api HOST:PORT names another place)",
                                      address.host, address.port, why));
  };
  asio::io_context context;
  asio::ip::tcp::resolver resolver{context};
  beast::error_code error;
  const auto endpoints = resolver.resolve(address.host, address.port, error);
  if (error) return failed(error.message());
  beast::tcp_stream stream{context};
  stream.expires_after(deadline);
  error = finish(context, [&](auto done) { stream.async_connect(endpoints, done); });
  if (error) return failed(error.message());
  request.set(http::field::host, address.host + ":" + address.port);
  request.set(http::field::user_agent, "marketctl");
  request.prepare_payload();
  error = finish(context, [&](auto done) { http::async_write(stream, request, done); });
  if (error) return failed(error.message());
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyMax);
  error = finish(context, [&](auto done) { http::async_read(stream, buffer, parser, done); });
  if (error) return failed(error.message());
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
  return Reply{parser.get().result_int(), parser.get().body()};
}

}  // namespace

Result<ApiAddress> ApiAddress::parse(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = text;
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == rest.size() ||
      !std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(colon) + 1, rest.end(),
                   [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is not an address like 127.0.0.1:9750", text));
  }
  auto host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return ApiAddress{std::string{host}, std::string{rest.substr(colon + 1)}};
}

Result<Reply> http_get(const ApiAddress& address, const std::string& path,
                       std::chrono::seconds deadline) {
  return exchange(address, {http::verb::get, path, 11}, deadline);
}

Result<Reply> http_post(const ApiAddress& address, const std::string& path, const std::string& json,
                        std::chrono::seconds deadline) {
  http::request<http::string_body> request{http::verb::post, path, 11};
  request.set(http::field::content_type, "application/json");
  request.body() = json;
  return exchange(address, std::move(request), deadline);
}

std::string percent_encoded(std::string_view segment) {
  std::string text;
  for (const char c : segment) {
    const auto octet = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(octet) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", octet);
  }
  return text;
}

}  // namespace market::api
