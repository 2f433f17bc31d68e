// One rtnetlink socket: a message out, its answers and the kernel's verdict back.
//
// The verdict carries what the kernel says in words (NLMSGERR_ATTR_MSG of an extended ack): libnl
// folds many error numbers into one and never asks for the words, so both are read here.
//
// Threads:  one thread at a time. Blocks for at most kPatience per message.
// Sources:  netlink(7), rtnetlink(7), Documentation/userspace-api/netlink/intro.rst (extended ack).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "config/types/result.h"

struct nl_msg;
struct nl_sock;
struct nlmsghdr;

namespace market::netlink {

/// A request under construction. Attributes that do not fit make the exchange fail, not the call.
class Message {
 public:
  Message(std::uint16_t type, std::uint16_t flags);

  /// The fixed header of the message's type: ifinfomsg, ifaddrmsg, rtmsg.
  template <class Body>
  Message& body(Body header) {
    return append(&header, sizeof header);
  }
  Message& text(int attribute, const std::string& value);  ///< with its final NUL
  Message& number(int attribute, std::uint32_t value);
  Message& short_number(int attribute, std::uint16_t value);
  Message& octets(int attribute, std::span<const std::uint8_t> value);
  Message& nested(int attribute, const std::function<void(Message&)>& fill);

 private:
  friend class Channel;
  struct Free {
    void operator()(nl_msg* message) const;
  };
  Message& append(void* data, std::size_t size);
  Message& note(int status);

  std::unique_ptr<nl_msg, Free> message_;
  bool complete_ = true;  ///< everything fitted so far
};

class Channel {
 public:
  /// A kernel answers from within the send; five seconds mean that it never will.
  static constexpr std::chrono::seconds kPatience{5};
  /// How often a dump is begun again because the table changed under it (NLM_F_DUMP_INTR).
  static constexpr int kDumpAttempts = 8;

  using Reply = std::function<void(nlmsghdr*)>;

  [[nodiscard]] static Result<std::unique_ptr<Channel>> open();
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Sends, hands every answer to `reply`, waits for the verdict.
  Result<void> exchange(Message& message, const Reply& reply = {});
  /// A complete, consistent dump. `restart` is called before each attempt, to forget the last.
  Result<void> dump(const std::function<Message()>& request, const std::function<void()>& restart,
                    const Reply& reply);

 private:
  struct Exchange;
  struct Close {
    void operator()(nl_sock* socket) const;
  };

  Channel() = default;
  Result<void> connect();
  Result<void> receive(Exchange& exchange);
  /// True when the answers may not fit together (NLM_F_DUMP_INTR).
  Result<bool> talk(Message& message, const Reply& reply);

  std::unique_ptr<nl_sock, Close> socket_;  ///< null after a failure of transport: opened again
};

}  // namespace market::netlink
