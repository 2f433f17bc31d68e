#include "probes/snmp/codec.h"

#include <algorithm>
#include <utility>

#include "probes/snmp/ber.h"

namespace market::snmp {
namespace {

std::uint8_t pdu_type(Operation operation) {
  switch (operation) {
    case Operation::Get:
      return SNMP_MSG_GET;
    case Operation::GetNext:
      return SNMP_MSG_GETNEXT;
    case Operation::GetBulk:
      return SNMP_MSG_GETBULK;
    case Operation::Set:
      return SNMP_MSG_SET;
  }
  return SNMP_MSG_GET;
}

Result<void> write_bindings(Writer& writer, const Question& question) {
  if (question.operation != Operation::Set) {
    for (auto name = question.oids.rbegin(); name != question.oids.rend(); ++name) {
      writer.binding(*name, ASN_NULL, nullptr, 0);
    }
    return {};
  }
  for (auto binding = question.bindings.rbegin(); binding != question.bindings.rend(); ++binding) {
    const auto value = WireValue::from(binding->value);
    if (!value) return tl::make_unexpected(value.error());
    writer.binding(binding->oid, value->type(), value->data(), value->size());
  }
  return {};
}

}  // namespace

std::optional<Envelope> open_envelope(std::span<const std::uint8_t> message) {
  Reader reader{message};
  if (!reader.enter(kSequence)) return std::nullopt;
  const auto version = reader.integer();
  if (version == kVersion3) {
    if (!reader.enter(kSequence)) return std::nullopt;
    const auto id = reader.integer();
    if (!id) return std::nullopt;
    return Envelope{Version::V3, static_cast<std::int32_t>(*id)};
  }
  const auto opened = read_community_message(message);
  if (!opened) return std::nullopt;
  Reader pdu{opened->pdu};
  // A v1 trap has no request-id, and nobody waits for it here.
  if (pdu.enter() == SNMP_MSG_TRAP) return std::nullopt;
  const auto id = pdu.integer();
  if (!id) return std::nullopt;
  return Envelope{opened->version == kVersion1 ? Version::V1 : Version::V2c,
                  static_cast<std::int32_t>(*id)};
}

namespace {

Result<void> write_pdu(Writer& writer, const Question& question) {
  if (auto written = write_bindings(writer, question); !written) return written;
  writer.header(kSequence, 0);
  // GETBULK has non-repeaters and max-repetitions where the others have the error fields.
  writer.integer(question.operation == Operation::GetBulk ? question.max_repetitions : 0);
  writer.integer(0);
  writer.integer(question.request_id);
  writer.header(pdu_type(question.operation), 0);
  return {};
}

Result<Bytes> taken(const Writer& writer) {
  if (writer.ok() && writer.size() <= io::kMaxDatagram) return writer.take();
  return fail(Errc::InvalidValue, "the request does not fit a datagram");
}

Result<Bytes> encode_community(long version, const Secret& community, const Question& question) {
  Writer writer;
  if (auto written = write_pdu(writer, question); !written) {
    return tl::make_unexpected(written.error());
  }
  const auto& name = community.reveal();
  writer.octets({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
  writer.integer(version);
  writer.header(kSequence, 0);
  return taken(writer);
}

bool speaks_v1(const Question& question) {
  const auto wide = [](const VarBind& binding) {
    return std::holds_alternative<Counter64>(binding.value);
  };
  return question.operation != Operation::GetBulk &&
         std::none_of(question.bindings.begin(), question.bindings.end(), wide);
}

}  // namespace

Result<Bytes> encode_v1(const Secret& community, const Question& question) {
  if (!speaks_v1(question)) return fail(Errc::InvalidValue, "SNMPv1 has no word for this");
  return encode_community(kVersion1, community, question);
}

Result<Bytes> encode_v2c(const Secret& community, const Question& question) {
  return encode_community(kVersion2c, community, question);
}

Result<Bytes> encode_pdu(const Question& question) {
  Writer writer;
  if (auto written = write_pdu(writer, question); !written) {
    return tl::make_unexpected(written.error());
  }
  return taken(writer);
}

Result<Bytes> encode_report_pdu(const VarBind& counter) {
  Writer writer;
  Question one;
  one.operation = Operation::Set;
  one.bindings = std::span{&counter, 1};
  if (auto written = write_bindings(writer, one); !written) {
    return tl::make_unexpected(written.error());
  }
  writer.header(kSequence, 0);
  for (int field = 0; field < 3; ++field) writer.integer(0);
  writer.header(SNMP_MSG_REPORT, 0);
  return taken(writer);
}

std::optional<ReplyHead> read_reply_head(std::span<const std::uint8_t> pdu) {
  Reader reader{pdu};
  const auto type = reader.enter();
  if (type != SNMP_MSG_RESPONSE && type != SNMP_MSG_REPORT) return std::nullopt;
  const auto id = reader.integer();
  const auto status = reader.integer();
  const auto index = reader.integer();
  std::uint8_t list = 0;
  const auto bindings = reader.content(list);
  if (!id || !status || !index || !reader.ok() || list != kSequence) return std::nullopt;
  return ReplyHead{type == SNMP_MSG_RESPONSE ? Reply::Kind::Response : Reply::Kind::Report,
                   static_cast<std::int32_t>(*id), *status, *index, bindings};
}

Result<Reply> decode_community(std::span<const std::uint8_t> message, const Prepared* asked,
                               std::vector<VarBind> earlier) {
  const auto opened = read_community_message(message);
  const auto head = opened ? read_reply_head(opened->pdu) : std::nullopt;
  if (!head || head->kind != Reply::Kind::Response) {
    return fail(Errc::InvalidValue, "not an SNMPv1 or v2c response");
  }
  auto reply = read_bindings(*head, asked, std::move(earlier));
  if (reply) reply->octets = message.size();
  return reply;
}

Result<Reply> read_bindings(const ReplyHead& head, const Prepared* asked,
                            std::vector<VarBind> earlier) {
  Reader reader{head.bindings};
  Reply reply;
  reply.kind = head.kind;
  reply.request_id = head.request_id;
  reply.error_status = head.error_status;
  reply.error_index = head.error_index;
  reply.begin = earlier.size();
  reply.bindings = std::move(earlier);
  std::size_t as_asked = 0;
  if (asked != nullptr) reply.bindings.reserve(reply.begin + asked->oids().size());
  while (!reader.at_end()) {
    const auto place = reply.bindings.size() - reply.begin;
    auto& binding = reply.bindings.emplace_back();
    // An answer to GET nearly always repeats the names as they were asked: no need to read them.
    if (asked != nullptr && place < asked->oids().size() &&
        reader.value_of(asked->name(place), binding.value)) {
      binding.oid = asked->oids()[place];
      ++as_asked;
      continue;
    }
    if (!reader.binding(binding)) {
      return fail(Errc::InvalidValue, "binding " + std::to_string(place + 1) + " is malformed");
    }
  }
  reply.names_as_asked = asked != nullptr && as_asked == reply.bindings.size() - reply.begin &&
                         as_asked == asked->oids().size();
  return reply;
}

}  // namespace market::snmp
