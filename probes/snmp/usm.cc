#include "probes/snmp/usm.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace market::snmp {
namespace {

Result<Bytes> fitting(Bytes message) {
  if (message.size() <= io::kMaxDatagram) return message;
  return fail(Errc::InvalidValue, "the request does not fit a datagram");
}

std::optional<ReplyHead> reply_of(BytesView scoped) {
  const auto pdu = pdu_of(scoped);
  return pdu ? read_reply_head(*pdu) : std::nullopt;
}

}  // namespace

std::uint8_t level_of(const Credentials& credentials) {
  if (credentials.auth == AuthProtocol::None) return 0;
  return credentials.priv == PrivProtocol::None ? kAuthFlag : kLevelFlags;
}

Result<UsmUser> UsmUser::make(const Identity& identity, const EngineId& engine) {
  auto keys = identity.localised_keys(engine);
  if (!keys) return tl::make_unexpected(std::move(keys.error()));
  return UsmUser{identity, engine, std::move(*keys)};
}

Result<Bytes> UsmUser::write(std::int32_t message_id, std::uint8_t flags, EngineTime at,
                             BytesView scoped) const {
  const auto& credentials = identity_->credentials();
  UsmFrame frame;
  frame.message_id = message_id;
  frame.flags = flags;
  frame.engine = engine_;
  frame.at = at;
  frame.user = credentials.user;
  Writer writer;
  writer.raw(scoped);
  Salt salt;
  bool done = true;
  if ((flags & kPrivFlag) != 0) {
    salt = fresh_salt();
    frame.salt = salt;
    done = crypt(Direction::Encrypt, keys_.priv, at, salt, writer.written());
  }
  const auto size = (flags & kAuthFlag) != 0 ? signature_size(credentials.auth) : 0;
  auto written = write_frame(writer, frame, size);
  if (size > 0) {
    const auto signature =
        sign(credentials.auth, keys_.auth, written.message, written.signature_at);
    done = done && signature;
    if (signature) {
      const auto place = static_cast<std::ptrdiff_t>(written.signature_at);
      std::copy_n(signature->begin(), size, written.message.begin() + place);
    }
  }
  if (!done || !writer.ok()) {
    return fail(Errc::InvalidValue, "the SNMPv3 request cannot be signed or encrypted");
  }
  return fitting(std::move(written.message));
}

bool UsmUser::has_signed(const UsmFrame& frame, BytesView message) const {
  const auto auth = identity_->credentials().auth;
  if (frame.signature.size() != signature_size(auth)) return false;
  const auto expected = sign(auth, keys_.auth, message, frame.signature_at);
  return expected &&
         ::CRYPTO_memcmp(expected->data(), frame.signature.data(), frame.signature.size()) == 0;
}

bool UsmUser::reveal(const UsmFrame& frame, Bytes& scoped) const {
  Salt salt;
  if (frame.salt.size() != salt.size()) return false;
  std::copy(frame.salt.begin(), frame.salt.end(), salt.begin());
  scoped.assign(frame.data.begin(), frame.data.end());
  return crypt(Direction::Decrypt, keys_.priv, frame.at, salt, scoped);
}

/// Steps 6 to 8 of RFC 3414, 3.2: signature, time window, encryption, in this order.
tl::expected<BytesView, UsmFault> UsmUser::scoped_of(const UsmFrame& frame, BytesView message,
                                                     EngineClock& clock, io::TimePoint now,
                                                     Bytes& scoped) const {
  if (frame.user != identity_->credentials().user || !has_signed(frame, message)) {
    return tl::make_unexpected(UsmFault::NotAuthentic);
  }
  if (!clock.accept(frame.at, now)) return tl::make_unexpected(UsmFault::NotInTimeWindow);
  if ((frame.flags & kPrivFlag) == 0) return frame.data;
  if (!reveal(frame, scoped)) return tl::make_unexpected(UsmFault::NotAuthentic);
  return BytesView{scoped};
}

tl::expected<ReplyHead, UsmFault> UsmUser::open(BytesView message, EngineClock& clock,
                                                io::TimePoint now, Bytes& scoped) const {
  const auto frame = read_frame(message);
  if (!frame) return tl::make_unexpected(UsmFault::Malformed);
  const auto asked = level_of(identity_->credentials());
  const bool ours = std::ranges::equal(frame->engine, engine_);
  // More than was asked for cannot be read; and nobody signs in another engine's name.
  if ((frame->level() & ~asked) != 0 || (!ours && frame->level() != 0)) {
    return tl::make_unexpected(UsmFault::NotAuthentic);
  }
  BytesView data = frame->data;
  if (frame->level() != 0) {
    const auto proven = scoped_of(*frame, message, clock, now, scoped);
    if (!proven) return tl::make_unexpected(proven.error());
    data = *proven;
  }
  auto head = reply_of(data);
  if (!head) return tl::make_unexpected(UsmFault::Malformed);
  const bool as_asked =
      ours && frame->level() == asked && frame->user == identity_->credentials().user;
  if (head->kind == Reply::Kind::Response && !as_asked) {
    return tl::make_unexpected(UsmFault::NotAuthentic);
  }
  return *head;
}

Bytes encode_discovery(std::int32_t id) {
  Question nothing;
  nothing.request_id = id;
  const auto pdu = encode_pdu(nothing);
  Writer writer;
  if (pdu) writer.raw(scoped_pdu({}, {}, *pdu));
  UsmFrame frame;
  frame.message_id = id;
  frame.flags = kReportableFlag;
  return write_frame(writer, frame, 0).message;
}

std::optional<Discovered> decode_discovery(BytesView message) {
  const auto frame = read_frame(message);
  if (!frame || frame->engine.empty() || frame->level() != 0) return std::nullopt;
  const auto head = reply_of(frame->data);
  if (!head || head->kind != Reply::Kind::Report) return std::nullopt;
  return Discovered{{frame->engine.begin(), frame->engine.end()}, frame->at};
}

Result<Bytes> encode_report(const EngineId& engine, EngineTime at, std::string_view user,
                            std::int32_t message_id, const VarBind& counter) {
  const auto pdu = encode_report_pdu(counter);
  if (!pdu) return tl::make_unexpected(pdu.error());
  Writer writer;
  writer.raw(scoped_pdu(engine, {}, *pdu));
  UsmFrame frame;
  frame.message_id = message_id;
  frame.engine = engine;
  frame.at = at;
  frame.user = user;
  return fitting(write_frame(writer, frame, 0).message);
}

}  // namespace market::snmp
