#include "probes/netlink/channel.h"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace market::netlink {
namespace {

constexpr int kSocketOptionLevel = 270;  // SOL_NETLINK, which <sys/socket.h> may not name

Error transport_error(int status) {
  return Error{Errc::Io, std::string{"netlink: "} + nl_geterror(status)};
}

Errc code_of(int number) {
  switch (number) {
    case EEXIST:
      return Errc::Conflict;
    case ENODEV:
    case ESRCH:
    case ENOENT:
    case EADDRNOTAVAIL:
      return Errc::NotFound;
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
      return Errc::Unsupported;
    case EINVAL:
      return Errc::InvalidValue;
    default:
      return Errc::Io;
  }
}

/// "Network is unreachable: Nexthop has invalid gateway"; the second half where the kernel has it.
Error kernel_error(int number, const std::string& words) {
  std::string message = std::generic_category().message(number);
  if (!words.empty()) message.append(": ").append(words);
  return Error{code_of(number), std::move(message)};
}

/// The kernel's words behind an nlmsgerr; empty when it has none.
std::string extended_ack(nlmsghdr* header) {
  const auto* error = static_cast<const nlmsgerr*>(nlmsg_data(header));
  const int payload = nlmsg_datalen(header);
  int skip = static_cast<int>(sizeof(nlmsgerr));
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  if ((header->nlmsg_flags & NLM_F_CAPPED) == 0) {
    if (error->msg.nlmsg_len > static_cast<std::uint32_t>(payload)) return {};
    skip += static_cast<int>(error->msg.nlmsg_len) - static_cast<int>(sizeof(nlmsghdr));
  }
  skip = (skip + 3) & ~3;
  if (skip >= payload) return {};
  const auto* text =
      nla_find(nlmsg_attrdata(header, skip), nlmsg_attrlen(header, skip), NLMSGERR_ATTR_MSG);
  if (text == nullptr || nla_len(text) <= 0) return {};
  const auto* data = static_cast<const char*>(nla_data(text));
  return {data, strnlen(data, static_cast<std::size_t>(nla_len(text)))};
}

}  // namespace

Message::Message(std::uint16_t type, std::uint16_t flags)
    : message_{nlmsg_alloc_simple(type, flags)} {
  complete_ = message_ != nullptr;
}

void Message::Free::operator()(nl_msg* message) const { nlmsg_free(message); }

Message& Message::note(int status) {
  if (status < 0) complete_ = false;
  return *this;
}

Message& Message::append(void* data, std::size_t size) {
  return complete_ ? note(nlmsg_append(message_.get(), data, size, NLMSG_ALIGNTO)) : *this;
}

Message& Message::text(int attribute, const std::string& value) {
  return complete_ ? note(nla_put_string(message_.get(), attribute, value.c_str())) : *this;
}

Message& Message::number(int attribute, std::uint32_t value) {
  return complete_ ? note(nla_put_u32(message_.get(), attribute, value)) : *this;
}

Message& Message::short_number(int attribute, std::uint16_t value) {
  return complete_ ? note(nla_put_u16(message_.get(), attribute, value)) : *this;
}

Message& Message::octets(int attribute, std::span<const std::uint8_t> value) {
  if (!complete_) return *this;
  return note(nla_put(message_.get(), attribute, static_cast<int>(value.size()), value.data()));
}

Message& Message::nested(int attribute, const std::function<void(Message&)>& fill) {
  if (!complete_) return *this;
  auto* start = nla_nest_start(message_.get(), attribute);
  if (start == nullptr) return note(-1);
  fill(*this);
  return complete_ ? note(nla_nest_end(message_.get(), start)) : *this;
}

/// What is known of the exchange under way; filled by libnl's callbacks.
struct Channel::Exchange {
  const Reply& reply;
  bool ended = false;        ///< acknowledged, refused, or the dump's last message came
  bool interrupted = false;  ///< the table changed during the dump
  int refusal = 0;           ///< errno of the kernel; 0 = accepted
  std::string words{};

  static int on_message(nl_msg* message, void* self) {
    auto* header = nlmsg_hdr(message);
    auto& exchange = *static_cast<Exchange*>(self);
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) exchange.interrupted = true;
    if (header->nlmsg_type == NLMSG_ERROR) exchange.take_verdict(header);
    if (header->nlmsg_type == NLMSG_DONE) exchange.take_end_of_dump(header);
    return NL_OK;
  }
  static int on_answer(nl_msg* message, void* self) {
    const auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.reply) exchange.reply(nlmsg_hdr(message));
    return NL_OK;
  }
  static int on_end(nl_msg* /*message*/, void* self) {
    static_cast<Exchange*>(self)->ended = true;
    return NL_OK;
  }
  static int on_refusal(sockaddr_nl* /*from*/, nlmsgerr* /*error*/, void* self) {
    static_cast<Exchange*>(self)->ended = true;
    return NL_STOP;
  }

 private:
  void take_verdict(nlmsghdr* header) {
    if (nlmsg_datalen(header) < static_cast<int>(sizeof(nlmsgerr))) return;
    refusal = -static_cast<const nlmsgerr*>(nlmsg_data(header))->error;
    if (refusal != 0) words = extended_ack(header);
  }
  /// The last message of a dump may carry the error that cut it short (negative errno).
  void take_end_of_dump(nlmsghdr* header) {
    int status = 0;
    if (nlmsg_datalen(header) < static_cast<int>(sizeof status)) return;
    std::memcpy(&status, nlmsg_data(header), sizeof status);
    if (status < 0) refusal = -status;
  }
};

Result<std::unique_ptr<Channel>> Channel::open() {
  std::unique_ptr<Channel> channel{new Channel};
  if (auto connected = channel->connect(); !connected) {
    return tl::make_unexpected(std::move(connected.error()));
  }
  return channel;
}

Channel::~Channel() = default;

void Channel::Close::operator()(nl_sock* socket) const { nl_socket_free(socket); }

Result<void> Channel::connect() {
  std::unique_ptr<nl_sock, Close> socket{nl_socket_alloc()};
  if (!socket) return fail(Errc::Io, "netlink: out of memory");
  if (const int status = nl_connect(socket.get(), NETLINK_ROUTE); status < 0) {
    return tl::make_unexpected(transport_error(status));
  }
  const int descriptor = nl_socket_get_fd(socket.get());
  const int on = 1;
  // A kernel older than either option still says its number: their absence is no error.
  (void)setsockopt(descriptor, kSocketOptionLevel, NETLINK_EXT_ACK, &on, sizeof on);
  (void)setsockopt(descriptor, kSocketOptionLevel, NETLINK_CAP_ACK, &on, sizeof on);
  timeval patience{};
  patience.tv_sec = kPatience.count();
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
    return fail(Errc::Io, "netlink: " + std::generic_category().message(errno));
  }
  socket_ = std::move(socket);
  return {};
}

Result<void> Channel::receive(Exchange& exchange) {
  std::unique_ptr<nl_cb, decltype(&nl_cb_put)> callbacks{nl_cb_alloc(NL_CB_DEFAULT), &nl_cb_put};
  if (!callbacks) return fail(Errc::Io, "netlink: out of memory");
  auto* set = callbacks.get();
  nl_cb_set(set, NL_CB_MSG_IN, NL_CB_CUSTOM, &Exchange::on_message, &exchange);
  nl_cb_set(set, NL_CB_VALID, NL_CB_CUSTOM, &Exchange::on_answer, &exchange);
  nl_cb_set(set, NL_CB_ACK, NL_CB_CUSTOM, &Exchange::on_end, &exchange);
  nl_cb_set(set, NL_CB_FINISH, NL_CB_CUSTOM, &Exchange::on_end, &exchange);
  nl_cb_err(set, NL_CB_CUSTOM, &Exchange::on_refusal, &exchange);
  // An answer and its acknowledgement are two datagrams; a whole dump is one call.
  constexpr int kDatagrams = 16;
  for (int read = 0; read < kDatagrams && !exchange.ended; ++read) {
    const int status = nl_recvmsgs(socket_.get(), set);
    if (status < 0 && status != -NLE_DUMP_INTR && exchange.refusal == 0) {
      socket_.reset();  // what still lies in its queue belongs to nobody
      return tl::make_unexpected(transport_error(status));
    }
  }
  if (exchange.ended) return {};
  socket_.reset();
  return fail(Errc::Io, "netlink: no verdict from the kernel");
}

Result<bool> Channel::talk(Message& message, const Reply& reply) {
  if (!message.complete_) return fail(Errc::InvalidValue, "does not fit a netlink message");
  if (!socket_) {
    if (auto connected = connect(); !connected)
      return tl::make_unexpected(std::move(connected.error()));
  }
  if (const int status = nl_send_auto(socket_.get(), message.message_.get()); status < 0) {
    socket_.reset();
    return tl::make_unexpected(transport_error(status));
  }
  Exchange exchange{reply};
  if (auto received = receive(exchange); !received) {
    return tl::make_unexpected(std::move(received.error()));
  }
  if (exchange.refusal != 0) {
    return tl::make_unexpected(kernel_error(exchange.refusal, exchange.words));
  }
  return exchange.interrupted;
}

Result<void> Channel::exchange(Message& message, const Reply& reply) {
  auto done = talk(message, reply);
  if (!done) return tl::make_unexpected(std::move(done.error()));
  return {};
}

Result<void> Channel::dump(const std::function<Message()>& request,
                           const std::function<void()>& restart, const Reply& reply) {
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    restart();
    Message message = request();
    auto interrupted = talk(message, reply);
    if (!interrupted) return tl::make_unexpected(std::move(interrupted.error()));
    if (!*interrupted) return {};
  }
  return fail(Errc::Io, "netlink: the table kept changing while it was read, " +
                            std::to_string(kDumpAttempts) + " times");
}

}  // namespace market::netlink
