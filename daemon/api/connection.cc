#include "daemon/api/connection.h"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "daemon/api/admission.h"

namespace market::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kHeadBytesMax = 64U << 10U;
/// What is still read and thrown away from a client we have refused, so that it sees the answer
/// and not a reset connection.
constexpr std::size_t kLingerBytesMax = 256U << 10U;
constexpr std::chrono::milliseconds kLinger{1000};

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

Head head_of(const http::request_header<>& fields) {
  Head head;
  const auto hosts = fields.equal_range(http::field::host);
  for (auto each = hosts.first; each != hosts.second; ++each) {
    head.hosts.push_back(text_of(each->value()));
  }
  if (const auto origin = fields.find(http::field::origin); origin != fields.end()) {
    head.origin = text_of(origin->value());
  }
  head.content_type = text_of(fields[http::field::content_type]);
  head.fetch_site = text_of(fields["Sec-Fetch-Site"]);
  return head;
}

template <class Fields>
void put_common_headers(Fields& fields) {
  fields.set(http::field::server, "marketd");
  fields.set("Content-Security-Policy",
             "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  fields.set("X-Content-Type-Options", "nosniff");
  fields.set("Referrer-Policy", "no-referrer");
}

unsigned status_of(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

class Connection final : public StreamReader, public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, Shared shared, Welcome welcome)
      : stream_{std::move(socket)}, shared_{shared}, load_{shared.load}, welcome_{welcome} {
    load_.connections.fetch_add(1);
  }
  ~Connection() override { load_.connections.fetch_sub(1); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_head(); });
  }

  void offer(Frame frame, FrameKind kind) override {
    asio::post(stream_.get_executor(),
               [self = shared_from_this(), frame = std::move(frame), kind]() mutable {
                 self->on_offer(std::move(frame), kind);
               });
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  template <class Method>
  auto then(Method method) {
    return [self = shared_from_this(), method](const error_code& error, std::size_t bytes) {
      (self.get()->*method)(error, bytes);
    };
  }

  // ---- reading ---------------------------------------------------------------------------------
  void wait_for_request() {
    if (buffer_.size() > 0) return read_head();
    stream_.expires_after(shared_.options.timing.idle);
    stream_.async_read_some(buffer_.prepare(4096), then(&Connection::on_first_bytes));
  }

  void on_first_bytes(const error_code& error, std::size_t bytes) {
    if (error) return close();
    buffer_.commit(bytes);
    read_head();
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(kHeadBytesMax);
    parser_->body_limit(kPlanBytesMax);
    stream_.expires_after(shared_.options.timing.request);
    http::async_read_header(stream_, buffer_, *parser_, then(&Connection::on_head));
  }

  void on_head(const error_code& error, std::size_t /*bytes*/) {
    if (error) return on_bad_request(error);
    load_.requests.fetch_add(1);
    const auto& fields = parser_->get();
    head_only_ = fields.method() == http::verb::head;
    version_ = fields.version();
    keep_alive_ = fields.keep_alive();
    if (auto refusal = refuse()) {
      keep_alive_ = keep_alive_ && parser_->is_done();
      return send(*std::move(refusal));
    }
    parser_->body_limit(route_->body_max);
    if (parser_->is_done()) return run();
    if (beast::iequals(fields[http::field::expect], "100-continue")) return ask_for_body();
    read_body();
  }

  /// Everything that can be told from the head alone. Sets `route_` and `request_` otherwise.
  std::optional<Response> refuse() {
    if (welcome_ == Welcome::TurnAway) {
      return error_response(503, "too many connections: try again in a moment");
    }
    const auto& fields = parser_->get();
    const auto head = head_of(fields);
    if (auto refusal = refuse_host(head, shared_.options.allowed_hosts)) return refusal;
    auto found =
        find_route(std::string_view{fields.method_string().data(), fields.method_string().size()},
                   std::string_view{fields.target().data(), fields.target().size()});
    if (found.route == nullptr) return std::move(found.refusal);
    route_ = found.route;
    request_ = {std::move(found.id), {}, text_of(fields[http::field::if_none_match]), {}};
    if (route_->verb == Verb::Post) {
      if (auto refusal = refuse_write(head)) return refusal;
    } else if (route_->work == Work::Command) {
      if (auto refusal = refuse_cross_site(head)) return refusal;
    }
    if (parser_->content_length().value_or(0) > route_->body_max) {
      return error_response(413, "the body is too large");
    }
    return std::nullopt;
  }

  void ask_for_body() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_.options.timing.write);
    asio::async_write(stream_, asio::buffer(kContinue), then(&Connection::on_asked_for_body));
  }

  void on_asked_for_body(const error_code& error, std::size_t /*bytes*/) {
    if (error) return close();
    read_body();
  }

  void read_body() {
    stream_.expires_after(shared_.options.timing.request);
    http::async_read(stream_, buffer_, *parser_, then(&Connection::on_body));
  }

  void on_body(const error_code& error, std::size_t /*bytes*/) {
    if (error) return on_bad_request(error);
    request_.body = std::move(parser_->get().body());
    run();
  }

  void on_bad_request(const error_code& error) {
    const bool is_http = error.category() == http::make_error_code(http::error{}).category();
    if (!is_http || error == http::error::end_of_stream || error == http::error::partial_message) {
      return close();  // gone, silent for too long, or cut off in the middle
    }
    keep_alive_ = false;
    head_only_ = false;
    send(error_response(status_of(error), "this is not a request we can read: " + error.message()));
  }

  // ---- answering -------------------------------------------------------------------------------
  void run() {
    switch (route_->work) {
      case Work::Instant:
        return send(answer(*route_, request_, shared_.sources));
      case Work::Lookup:
        return run_on(shared_.lookups);
      case Work::Command:
        return run_on(shared_.commands);
      case Work::Stream:
        return begin_stream();
    }
  }

  void run_on(Workers& workers) {
    const bool taken = workers.try_post([self = shared_from_this(), ends = ends()] {
      const auto& caller_of = self->shared_.options.caller_of;
      if (caller_of && ends && self->route_->verb == Verb::Post) {
        self->request_.caller = caller_of(*ends);
      }
      auto response = answer(*self->route_, self->request_, self->shared_.sources);
      asio::post(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
        self->send(std::move(response));
      });
    });
    if (taken) return;
    auto busy = error_response(503, "too many commands are waiting: try again in a moment");
    busy.headers.emplace_back("Retry-After", "5");
    send(std::move(busy));
  }

  [[nodiscard]] std::optional<Ends> ends() const {
    error_code error;
    const auto here = stream_.socket().local_endpoint(error);
    if (error) return std::nullopt;
    const auto there = stream_.socket().remote_endpoint(error);
    const auto local = IpAddress::parse(here.address().to_string());
    const auto remote = IpAddress::parse(there.address().to_string());
    if (error || !local || !remote) return std::nullopt;
    return Ends{*local, *remote, here.port(), there.port()};
  }

  void send(Response response) {
    // Who asks by HTTP/1.0, or for the head alone, needs the length.
    if (response.more && !head_only_ && version_ >= 11) return send_in_pieces(std::move(response));
    if (!complete(response)) return close();
    auto& message = message_.emplace(static_cast<http::status>(response.status), version_);
    put_common_headers(message);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.keep_alive(keep_alive_);
    if (response.status != 304) {
      message.set(http::field::content_type, response.content_type);
      message.content_length(response.body.size());
      if (!head_only_) message.body() = std::move(response.body);
    }
    stream_.expires_after(shared_.options.timing.write);
    http::async_write(stream_, message, then(&Connection::on_sent));
  }

  /// False when what should follow cannot be made.
  static bool complete(Response& response) {
    try {
      for (bool last = !response.more; !last;) {
        auto piece = response.more();
        response.body += piece.text;
        last = piece.last;
      }
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  /// Of a known beginning and an end that is made while that is sent (RFC 9112, 7.1).
  void send_in_pieces(Response response) {
    auto& head = pieces_.emplace(static_cast<http::status>(response.status), version_);
    put_common_headers(head.message);
    for (const auto& [name, value] : response.headers) head.message.set(name, value);
    head.message.set(http::field::content_type, response.content_type);
    head.message.keep_alive(keep_alive_);
    head.message.chunked(true);
    head.next = {std::move(response.body), false};
    head.more = std::move(response.more);
    stream_.expires_after(shared_.options.timing.write);
    http::async_write_header(stream_, head.serializer, then(&Connection::on_pieces_head));
  }

  void on_pieces_head(const error_code& error, std::size_t /*bytes*/) {
    if (error) return close();
    send_piece();
  }

  void send_piece() {
    if (pieces_->next.text.empty()) return on_piece_sent({}, 0);  // such a chunk is the last
    asio::async_write(stream_, http::make_chunk(asio::buffer(pieces_->next.text)),
                      then(&Connection::on_piece_sent));
  }

  /// A body that breaks off has no last chunk: the client sees that it is not whole.
  void on_piece_sent(const error_code& error, std::size_t /*bytes*/) {
    if (error) return close();
    if (pieces_->next.last) {
      pieces_.reset();
      return asio::async_write(stream_, http::make_chunk_last(), then(&Connection::on_sent));
    }
    try {
      pieces_->next = pieces_->more();
    } catch (const std::exception&) {
      return close();
    }
    send_piece();
  }

  void on_sent(const error_code& error, std::size_t /*bytes*/) {
    message_.reset();  // it may be large, and the connection may wait long
    if (error) return close();
    if (keep_alive_) return wait_for_request();
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kLinger);
    linger();
  }

  void linger() { stream_.async_read_some(asio::buffer(scrap_), then(&Connection::on_scrap)); }

  void on_scrap(const error_code& error, std::size_t bytes) {
    lingered_ += bytes;
    if (error || lingered_ > kLingerBytesMax) return close();
    linger();
  }

  // ---- streaming -------------------------------------------------------------------------------
  void begin_stream() {
    http::response<http::empty_body> head{http::status::ok, version_};
    put_common_headers(head);
    head.set(http::field::content_type, "text/event-stream; charset=utf-8");
    head.set(http::field::cache_control, "no-store");
    head.set("X-Accel-Buffering", "no");
    head.keep_alive(false);
    keep_alive_ = false;
    std::string text;
    for (const auto& field : head) {
      text.append(field.name_string().data(), field.name_string().size()).append(": ");
      text.append(field.value().data(), field.value().size()).append("\r\n");
    }
    text = "HTTP/1.1 200 OK\r\n" + text + "\r\n";
    if (head_only_) return write_frame(std::make_shared<const std::string>(std::move(text)));
    if (!shared_.hub.join(shared_from_this())) {
      return send(error_response(503, "too many live pages are open: try again in a moment"));
    }
    streaming_ = true;
    stream_.expires_never();
    watch_for_end();
    write_frame(std::make_shared<const std::string>(text + shared_.hub.first_frame()));
  }

  /// A client sends nothing on a stream; what we wait for is its end.
  void watch_for_end() {
    stream_.async_read_some(asio::buffer(scrap_), then(&Connection::on_stream_input));
  }

  void on_stream_input(const error_code& error, std::size_t bytes) {
    lingered_ += bytes;
    if (error || lingered_ > kLingerBytesMax) return close();
    watch_for_end();
  }

  void on_offer(Frame frame, FrameKind kind) {
    if (!streaming_) return;
    if (!writing_) return write_frame(std::move(frame));
    if (kind == FrameKind::Snapshot) next_frame_ = std::move(frame);
  }

  void write_frame(Frame frame) {
    writing_ = std::move(frame);
    stream_.expires_after(shared_.options.timing.write);
    asio::async_write(stream_, asio::buffer(*writing_), then(&Connection::on_frame_written));
  }

  void on_frame_written(const error_code& error, std::size_t /*bytes*/) {
    writing_.reset();
    if (error || !streaming_) return close();
    if (next_frame_) write_frame(std::exchange(next_frame_, nullptr));
  }

  void close() {
    streaming_ = false;
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  /// An answer that is sent in pieces.
  struct InPieces {
    InPieces(http::status status, unsigned version) : message{status, version} {}
    http::response<http::empty_body> message;
    http::response_serializer<http::empty_body> serializer{message};
    Piece next;
    Pieces more;
  };

  beast::tcp_stream stream_;
  Shared shared_;
  Load& load_;  ///< for the destructor: the rest of `shared_` may be gone by then
  Welcome welcome_;
  beast::flat_buffer buffer_{kHeadBytesMax + kPlanBytesMax};
  std::optional<Parser> parser_;
  std::optional<http::response<http::string_body>> message_;
  std::optional<InPieces> pieces_;
  const Route* route_ = nullptr;
  Request request_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_only_ = false;
  std::array<char, 4096> scrap_{};
  std::size_t lingered_ = 0;
  bool streaming_ = false;
  Frame writing_;     ///< null = nothing is being written
  Frame next_frame_;  ///< null = nothing waits
};

}  // namespace

void serve_connection(asio::ip::tcp::socket socket, Shared shared, Welcome welcome) {
  std::make_shared<Connection>(std::move(socket), shared, welcome)->start();
}

}  // namespace market::api
