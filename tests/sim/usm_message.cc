#include "tests/sim/usm_message.h"

#include <limits>

namespace market::sim {
namespace {

constexpr std::uint8_t kSequenceTag = 0x30;
constexpr std::uint8_t kIntegerTag = 0x02;
constexpr std::uint8_t kOctetsTag = 0x04;
constexpr std::int64_t kVersion = 3;
constexpr std::int64_t kUserBased = 3;     // RFC 3411, SnmpSecurityModel
constexpr std::int64_t kMaxSize = 65'507;  // what a UDP datagram carries
constexpr std::size_t kUserMax = 32;       // RFC 3414, usmUserName

std::string text_of(ber::Octets octets) { return {octets.begin(), octets.end()}; }

ber::Octets octets_in(std::string_view text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

std::optional<std::int64_t> take_number(ber::Reader& reader) {
  const auto content = reader.expect(kIntegerTag);
  const auto number = content ? ber::to_integer(*content) : std::nullopt;
  const bool fits = number && *number >= 0 && *number <= std::numeric_limits<std::int32_t>::max();
  return fits ? number : std::nullopt;
}

bool take_octets(ber::Reader& reader, std::string& into) {
  const auto content = reader.expect(kOctetsTag);
  if (content) into = text_of(*content);
  return content.has_value();
}

bool read_global(ber::Reader& reader, UsmMessage& message) {
  const auto global = reader.expect(kSequenceTag);
  if (!global) return false;
  ber::Reader parts{*global};
  std::string flags;
  const auto id = take_number(parts);
  if (!id || !take_number(parts) || !take_octets(parts, flags) || flags.size() != 1) return false;
  message.id = *id;
  message.flags = static_cast<std::uint8_t>(flags[0]);
  return take_number(parts) == kUserBased && message.level() != kPrivFlag;
}

/// `octets`: the message as a whole.
bool read_security(ber::Reader& reader, ber::Octets octets, UsmMessage& message) {
  const auto wrapped = reader.expect(kOctetsTag);
  if (!wrapped) return false;
  ber::Reader outer{*wrapped};
  const auto inside = outer.expect(kSequenceTag);
  if (!inside) return false;
  ber::Reader parts{*inside};
  if (!take_octets(parts, message.engine)) return false;
  const auto boots = take_number(parts);
  const auto time = boots ? take_number(parts) : std::nullopt;
  if (!time) return false;
  message.boots = static_cast<std::uint32_t>(*boots);
  message.time = static_cast<std::uint32_t>(*time);
  if (!take_octets(parts, message.user) || message.user.size() > kUserMax) return false;
  const auto signature = parts.expect(kOctetsTag);
  if (!signature) return false;
  message.signature = text_of(*signature);
  message.signature_at = static_cast<std::size_t>(signature->data() - octets.data());
  return take_octets(parts, message.salt);
}

/// What follows the security parameters in the octets.
std::string data_element(const UsmMessage& message) {
  std::string out;
  if ((message.flags & kPrivFlag) == 0) return message.data;
  ber::put_octets(out, kOctetsTag, message.data);
  return out;
}

}  // namespace

std::optional<UsmMessage> decode_usm(ber::Octets octets) {
  ber::Reader outer{octets};
  const auto sequence = outer.expect(kSequenceTag);
  if (!sequence || !outer.done()) return std::nullopt;
  ber::Reader reader{*sequence};
  UsmMessage message;
  if (take_number(reader) != kVersion || !read_global(reader, message) ||
      !read_security(reader, octets, message)) {
    return std::nullopt;
  }
  const auto data = reader.next();
  const bool hidden = (message.flags & kPrivFlag) != 0;
  if (!data || !reader.done() || data->tag != (hidden ? kOctetsTag : kSequenceTag)) {
    return std::nullopt;
  }
  if (hidden) {
    message.data = text_of(data->content);
  } else {
    ber::put_octets(message.data, kSequenceTag, text_of(data->content));
  }
  return message;
}

std::string encode_usm(UsmMessage& message) {
  std::string parameters;
  ber::put_octets(parameters, kOctetsTag, message.engine);
  ber::put_integer(parameters, kIntegerTag, message.boots);
  ber::put_integer(parameters, kIntegerTag, message.time);
  ber::put_octets(parameters, kOctetsTag, message.user);
  ber::put_octets(parameters, kOctetsTag, message.signature);
  ber::put_octets(parameters, kOctetsTag, message.salt);
  std::string security;
  ber::put_octets(security, kSequenceTag, parameters);
  std::string global;
  ber::put_integer(global, kIntegerTag, message.id);
  ber::put_integer(global, kIntegerTag, kMaxSize);
  ber::put_octets(global, kOctetsTag, std::string{static_cast<char>(message.flags)});
  ber::put_integer(global, kIntegerTag, kUserBased);
  std::string body;
  ber::put_integer(body, kIntegerTag, kVersion);
  ber::put_octets(body, kSequenceTag, global);
  ber::put_octets(body, kOctetsTag, security);
  const std::string data = data_element(message);
  body += data;
  std::string out;
  ber::put_octets(out, kSequenceTag, body);
  message.signature_at = out.size() - data.size() - ber::size_of_element(message.salt.size()) -
                         message.signature.size();
  return out;
}

std::string encode_scoped(const std::string& engine, std::string_view pdu) {
  std::string content;
  ber::put_octets(content, kOctetsTag, engine);
  ber::put_octets(content, kOctetsTag, "");
  content += pdu;
  std::string out;
  ber::put_octets(out, kSequenceTag, content);
  return out;
}

std::optional<Scoped> decode_scoped(std::string_view scoped) {
  ber::Reader outer{octets_in(scoped)};
  const auto content = outer.expect(kSequenceTag);
  if (!content || !outer.done()) return std::nullopt;
  ber::Reader reader{*content};
  std::string engine;
  Scoped out;
  if (!take_octets(reader, engine) || !take_octets(reader, out.context)) return std::nullopt;
  const auto pdu = reader.next();
  if (!pdu || !reader.done()) return std::nullopt;
  ber::put_octets(out.pdu, pdu->tag, text_of(pdu->content));
  return out;
}

}  // namespace market::sim
