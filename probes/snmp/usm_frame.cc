#include "probes/snmp/usm_frame.h"

namespace market::snmp {
namespace {

constexpr long kUserBasedSecurity = 3;                      // RFC 3411, SnmpSecurityModel
constexpr std::size_t kEngineIdMin = 5, kEngineIdMax = 32;  // RFC 3411, SnmpEngineID
constexpr std::size_t kUserMax = 32;                        // RFC 3414, usmUserName

std::string_view text_of(BytesView octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

BytesView octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool read_global(Reader& reader, UsmFrame& frame) {
  std::uint8_t type = 0;
  Reader global = reader;
  reader.content(type);
  if (type != kSequence || !global.enter(kSequence)) return false;
  const auto id = global.integer();
  const auto size = global.integer();
  const auto flags = global.content(type);
  const auto model = global.integer();
  if (!id || !size || flags.size() != 1 || model != kUserBasedSecurity) return false;
  frame.message_id = static_cast<std::int32_t>(*id);
  frame.flags = flags[0];
  return frame.level() != kPrivFlag;  // RFC 3412, 6.4: no privacy without authentication
}

// An OCTET STRING that holds a SEQUENCE.
bool read_security(Reader& reader, const Reader& begin, UsmFrame& frame) {
  std::uint8_t type = 0;
  Reader inside = reader;
  reader.content(type);
  if (type != ASN_OCTET_STR || !inside.enter(ASN_OCTET_STR) || !inside.enter(kSequence)) {
    return false;
  }
  frame.engine = inside.content(type);
  const auto boots = inside.integer();
  const auto time = inside.integer();
  frame.user = text_of(inside.content(type));
  frame.signature = inside.content(type);
  if (!inside.ok() || !boots || !time || *boots < 0 || *time < 0) return false;
  frame.signature_at = begin.up_to(inside).size() - frame.signature.size();
  frame.salt = inside.content(type);
  frame.at = {static_cast<std::uint32_t>(*boots), static_cast<std::uint32_t>(*time)};
  const auto engine = frame.engine.size();
  return inside.ok() && engine <= kEngineIdMax && (engine == 0 || engine >= kEngineIdMin) &&
         frame.user.size() <= kUserMax;
}

bool read_data(Reader& reader, UsmFrame& frame) {
  std::uint8_t type = 0;
  const Reader begin = reader;
  const auto content = reader.content(type);
  if (!reader.ok()) return false;
  const bool hidden = (frame.flags & kPrivFlag) != 0;
  frame.data = hidden ? content : begin.up_to(reader);
  return type == (hidden ? std::uint8_t{ASN_OCTET_STR} : kSequence);
}

}  // namespace

std::optional<UsmFrame> read_frame(BytesView message) {
  UsmFrame frame;
  const Reader begin{message};
  Reader reader = begin;
  if (!reader.enter(kSequence) || reader.integer() != kVersion3) return std::nullopt;
  if (!read_global(reader, frame) || !read_security(reader, begin, frame) ||
      !read_data(reader, frame)) {
    return std::nullopt;
  }
  return frame;
}

std::optional<BytesView> pdu_of(BytesView scoped) {
  Reader reader{scoped};
  std::uint8_t type = 0;
  if (!reader.enter(kSequence)) return std::nullopt;
  reader.content(type);  // contextEngineID
  const bool engine = type == ASN_OCTET_STR;
  reader.content(type);  // contextName
  if (!reader.ok() || !engine || type != ASN_OCTET_STR) return std::nullopt;
  const Reader pdu = reader;
  reader.content(type);
  if (!reader.ok()) return std::nullopt;
  return pdu.up_to(reader);
}

Bytes scoped_pdu(BytesView engine, std::string_view context, BytesView pdu) {
  Writer writer;
  writer.raw(pdu);
  writer.octets(octets_of(context));
  writer.octets(engine);
  writer.header(kSequence, 0);
  return writer.take();
}

WrittenFrame write_frame(Writer& writer, const UsmFrame& frame, std::size_t signature_size) {
  constexpr Signature kZeros{};
  if ((frame.flags & kPrivFlag) != 0) writer.header(ASN_OCTET_STR, 0);
  const auto behind_security = writer.size();
  writer.octets(frame.salt);
  const auto behind_signature = writer.size();
  writer.octets(std::span{kZeros}.first(signature_size));
  writer.octets(octets_of(frame.user));
  writer.integer(frame.at.time);
  writer.integer(frame.at.boots);
  writer.octets(frame.engine);
  writer.header(kSequence, behind_security);
  writer.header(ASN_OCTET_STR, behind_security);
  const auto behind_global = writer.size();
  writer.integer(kUserBasedSecurity);
  writer.octets({&frame.flags, 1});
  writer.integer(io::kMaxDatagram);  // msgMaxSize of what we can take (RFC 3412, 6.3)
  writer.integer(frame.message_id);
  writer.header(kSequence, behind_global);
  writer.integer(kVersion3);
  writer.header(kSequence, 0);
  return {writer.take(), writer.size() - behind_signature - signature_size};
}

}  // namespace market::snmp
