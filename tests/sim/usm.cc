#include "tests/sim/usm.h"

#include <algorithm>
#include <limits>

namespace market::sim {
namespace {

constexpr std::uint32_t kWindow = 150;  // seconds (RFC 3414, 2.2.3)
constexpr std::uint32_t kBootsLatched = std::numeric_limits<std::int32_t>::max();
constexpr std::uint8_t kReportTag = 0xa8;

ber::Octets octets_in(std::string_view text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

bool in_window(const Engine& engine, const UsmMessage& message) {
  const std::uint32_t later = std::max(engine.time, message.time);
  const std::uint32_t earlier = std::min(engine.time, message.time);
  return engine.boots != kBootsLatched && engine.boots == message.boots &&
         later - earlier <= kWindow;
}

/// The request of an opened ScopedPDU, in the only context there is.
std::optional<Request> request_of(const std::optional<Scoped>& scoped) {
  if (!scoped || !scoped->context.empty()) return std::nullopt;
  return decode_pdu(octets_in(scoped->pdu));
}

std::string report_pdu(std::int32_t id, UsmFault fault, std::uint32_t count) {
  constexpr auto kIntegerTag = static_cast<std::uint8_t>(Tag::Integer);
  const Name counter{1, 3, 6, 1, 6, 3, 15, 1, 1, static_cast<std::uint32_t>(fault), 0};
  std::string bindings;
  put_binding(bindings, counter, Value::counter32(count));
  std::string content;
  ber::put_integer(content, kIntegerTag, id);
  ber::put_integer(content, kIntegerTag, 0);
  ber::put_integer(content, kIntegerTag, 0);
  ber::put_octets(content, 0x30, bindings);
  std::string pdu;
  ber::put_octets(pdu, kReportTag, content);
  return pdu;
}

}  // namespace

Usm::Usm(UsmOptions options) : options_{std::move(options)} {
  if (options_.auth_passphrase.empty()) return;
  master_.auth = stretch_passphrase(options_.hash, options_.auth_passphrase);
  if (options_.priv_passphrase.empty()) return;
  master_.priv = stretch_passphrase(options_.hash, options_.priv_passphrase);
}

const Usm::Keys& Usm::keys_of(const std::string& engine) {
  Keys& keys = keys_[engine];
  if (!keys.auth.empty()) return keys;
  keys.auth = localise_key(options_.hash, master_.auth, engine);
  keys.priv = localise_key(options_.hash, master_.priv, engine);
  return keys;
}

std::uint8_t Usm::level() const {
  return options_.priv_passphrase.empty() ? kAuthFlag : kAuthFlag | kPrivFlag;
}

bool Usm::signed_by_user(const UsmMessage& message, ber::Octets datagram) {
  if (message.signature.size() != signature_size(options_.hash)) return false;
  std::string octets{datagram.begin(), datagram.end()};
  octets.replace(message.signature_at, message.signature.size(), message.signature.size(), '\0');
  return signature_of(options_.hash, keys_of(message.engine).auth, octets) == message.signature;
}

/// In the order of RFC 3414, 3.2.
UsmFault Usm::check(const Engine& engine, const Users& users, const UsmMessage& message,
                    ber::Octets datagram) {
  if (message.engine != engine.id) return UsmFault::UnknownEngineIds;
  if (message.user != users.read && message.user != users.write) return UsmFault::UnknownUserNames;
  if (message.level() != level()) return UsmFault::UnsupportedSecLevels;
  if (!signed_by_user(message, datagram)) return UsmFault::WrongDigests;
  if (!in_window(engine, message)) return UsmFault::NotInTimeWindows;
  return UsmFault::None;
}

std::optional<UsmQuestion> Usm::open(const Engine& engine, const Users& users,
                                     ber::Octets datagram) {
  if (options_.auth_passphrase.empty()) return std::nullopt;
  auto message = decode_usm(datagram);
  if (!message) return std::nullopt;
  UsmQuestion question{check(engine, users, *message, datagram), std::move(*message), {}};
  const bool hidden = (question.message.flags & kPrivFlag) != 0;
  if (question.fault != UsmFault::None) {
    const auto request = request_of(hidden ? std::nullopt : decode_scoped(question.message.data));
    question.request.id = request ? request->id : 0;
    return question;
  }
  std::string& data = question.message.data;
  if (hidden && question.message.salt.size() == kSaltSize) {
    data = decrypt(keys_of(engine.id).priv,
                   {engine.boots, question.message.time, question.message.salt}, data);
  }
  const auto scoped = decode_scoped(data);
  if (!scoped && hidden) {
    // A cipher without padding decrypts anything: that the key is wrong shows in what comes out.
    question.fault = UsmFault::DecryptionErrors;
    return question;
  }
  auto request = request_of(scoped);
  if (!request) return std::nullopt;
  question.request = std::move(*request);
  question.request.access = question.message.user == users.write ? Access::Write : Access::Read;
  return question;
}

std::string Usm::seal(const Engine& engine, const UsmQuestion& question, std::string_view pdu) {
  return write(engine, question, level(), pdu);
}

/// Only what says that the clock is wrong is signed: it is believed (RFC 3414, 3.2, 7a).
std::string Usm::report(const Engine& engine, const UsmQuestion& question, std::uint32_t count) {
  if ((question.message.flags & kReportableFlag) == 0) return {};
  const bool proven = question.fault == UsmFault::NotInTimeWindows;
  return write(engine, question, proven ? kAuthFlag : std::uint8_t{0},
               report_pdu(question.request.id, question.fault, count));
}

std::string Usm::write(const Engine& engine, const UsmQuestion& question, std::uint8_t flags,
                       std::string_view pdu) {
  UsmMessage message;
  message.id = question.message.id;
  message.flags = flags;
  message.engine = engine.id;
  message.boots = engine.boots;
  message.time = engine.time;
  message.user = question.message.user;
  message.data = encode_scoped(engine.id, pdu);
  if ((flags & kPrivFlag) != 0) {
    ++salt_;
    for (unsigned shift = 64; shift > 0; shift -= 8) {
      message.salt.push_back(static_cast<char>((salt_ >> (shift - 8)) & 0xffU));
    }
    message.data =
        encrypt(keys_of(engine.id).priv, {engine.boots, engine.time, message.salt}, message.data);
  }
  if ((flags & kAuthFlag) == 0) return encode_usm(message);
  message.signature.assign(signature_size(options_.hash), '\0');
  std::string octets = encode_usm(message);
  const std::string signature = signature_of(options_.hash, keys_of(engine.id).auth, octets);
  octets.replace(message.signature_at, signature.size(), signature);
  return octets;
}

}  // namespace market::sim
