#include "tests/sim/trap.h"

#include <array>
#include <utility>

#include "tests/sim/interfaces.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kResponse = 0xa2, kTrapV1 = 0xa4, kInform = 0xa6, kTrapV2 = 0xa7;
const Name kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Name kSnmpTrapOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

bool is_link(TrapKind kind) { return kind == TrapKind::LinkDown || kind == TrapKind::LinkUp; }

/// ifIndex, ifAdminStatus and ifOperStatus of the link. What happened decides the last one: the
/// world may be further on by now.
void put_link(std::string& out, const View& view, const Trap& trap) {
  const Interface interface = interface_at(view, trap.if_index);
  const auto put = [&](std::uint32_t column, std::int64_t number) {
    put_binding(out, Name{1, 3, 6, 1, 2, 1, 2, 2, 1, column, trap.if_index},
                Value::integer(number));
  };
  put(1, trap.if_index);
  put(7, interface.enabled ? 1 : 2);
  put(8, trap.kind == TrapKind::LinkUp ? 1 : 2);
}

std::string message(std::int64_t version, const std::string& community, std::uint8_t type,
                    const std::string& pdu) {
  std::string body;
  ber::put_integer(body, 0x02, version);
  ber::put_octets(body, 0x04, community);
  ber::put_octets(body, type, pdu);
  std::string out;
  ber::put_octets(out, kSequence, body);
  return out;
}

std::string write_v1(const View& view, const std::string& community, const Trap& trap) {
  std::string pdu;
  ber::put_name(pdu, object_id_of(view.device));
  ber::put_octets(pdu, 0x40, Value::address(view.device.address).octets);
  ber::put_integer(pdu, 0x02, static_cast<std::int64_t>(trap.kind));
  ber::put_integer(pdu, 0x02, 0);
  ber::put_unsigned(pdu, 0x43, uptime_of(view.device, view.now) & 0xffffffffU);
  std::string bindings;
  if (is_link(trap.kind)) put_link(bindings, view, trap);
  ber::put_octets(pdu, kSequence, bindings);
  return message(0, community, kTrapV1, pdu);
}

}  // namespace

std::optional<TrapKind> trap_kind_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, TrapKind>, 5> kKinds{
      {{"coldStart", TrapKind::ColdStart},
       {"warmStart", TrapKind::WarmStart},
       {"linkDown", TrapKind::LinkDown},
       {"linkUp", TrapKind::LinkUp},
       {"authenticationFailure", TrapKind::AuthenticationFailure}}};
  for (const auto& [name, kind] : kKinds) {
    if (name == word) return kind;
  }
  return std::nullopt;
}

std::optional<TrapForm> trap_form_of(std::string_view word) {
  if (word == "v1") return TrapForm::V1;
  if (word == "v2c") return TrapForm::V2c;
  if (word == "inform") return TrapForm::Inform;
  return std::nullopt;
}

std::string write_trap(const View& view, const std::string& community, const Trap& trap) {
  if (trap.form == TrapForm::V1) return write_v1(view, community, trap);
  std::string bindings;
  put_binding(bindings, kSysUpTime, Value::ticks(uptime_of(view.device, view.now)));
  put_binding(
      bindings, kSnmpTrapOid,
      Value::object({1, 3, 6, 1, 6, 3, 1, 1, 5, static_cast<std::uint32_t>(trap.kind) + 1}));
  if (is_link(trap.kind)) put_link(bindings, view, trap);
  std::string pdu;
  ber::put_integer(pdu, 0x02, trap.id);
  ber::put_integer(pdu, 0x02, 0);
  ber::put_integer(pdu, 0x02, 0);
  ber::put_octets(pdu, kSequence, bindings);
  return message(1, community, trap.form == TrapForm::Inform ? kInform : kTrapV2, pdu);
}

std::optional<std::int32_t> read_response_id(ber::Octets message) {
  ber::Reader outer{message};
  const auto body = outer.expect(kSequence);
  if (!body) return std::nullopt;
  ber::Reader fields{*body};
  const bool headed = fields.expect(0x02) && fields.expect(0x04);
  const auto pdu = headed ? fields.expect(kResponse) : std::nullopt;
  if (!pdu) return std::nullopt;
  ber::Reader inside{*pdu};
  const auto content = inside.expect(0x02);
  const auto id = content ? ber::to_integer(*content) : std::nullopt;
  if (!id) return std::nullopt;
  return static_cast<std::int32_t>(*id);
}

}  // namespace market::sim
