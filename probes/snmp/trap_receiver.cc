#include "probes/snmp/trap_receiver.h"

#include <algorithm>
#include <utility>

#include "probes/snmp/ber.h"

namespace market::snmp {
namespace {

const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid kSnmpTrapOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
const Oid kSnmpTraps{1, 3, 6, 1, 6, 3, 1, 1, 5};
constexpr long kEnterpriseSpecific = 6;

struct Notification {
  TrapEvent event;
  std::string community;
  std::size_t pdu_at = 0;  ///< where the PDU's tag stands
};

std::optional<std::vector<VarBind>> read_bindings(Reader& reader) {
  std::vector<VarBind> bindings;
  if (!reader.enter(kSequence)) return std::nullopt;
  while (!reader.at_end()) {
    if (!reader.binding(bindings.emplace_back())) return std::nullopt;
  }
  return bindings;
}

// RFC 3584, 3.1: a generic trap is one of snmpTraps, another its enterprise's 0.specific.
bool read_v1(Reader& reader, TrapEvent& event) {
  const auto enterprise = reader.value();
  const auto agent = reader.value();
  const auto generic = reader.integer();
  const auto specific = reader.integer();
  const auto uptime = reader.value();
  auto bindings = read_bindings(reader);
  const auto* oid = enterprise ? std::get_if<Oid>(&*enterprise) : nullptr;
  const auto* ticks = uptime ? std::get_if<TimeTicks>(&*uptime) : nullptr;
  if (oid == nullptr || !agent || !generic || !specific || ticks == nullptr || !bindings) {
    return false;
  }
  if (*generic < 0 || *generic > kEnterpriseSpecific) return false;
  event.trap = *generic == kEnterpriseSpecific
                   ? oid->child(Oid{0, static_cast<std::uint32_t>(*specific)})
                   : kSnmpTraps.child(static_cast<std::uint32_t>(*generic + 1));
  event.uptime_ticks = ticks->value;
  event.bindings = std::move(*bindings);
  return true;
}

bool read_v2(Reader& reader, TrapEvent& event) {
  const auto id = reader.integer();
  const auto status = reader.integer();
  const auto index = reader.integer();
  auto bindings = read_bindings(reader);
  if (!id || !status || !index || !bindings || bindings->size() < 2) return false;
  const auto* ticks = std::get_if<TimeTicks>(&(*bindings)[0].value);
  const auto* trap = std::get_if<Oid>(&(*bindings)[1].value);
  if ((*bindings)[0].oid != kSysUpTime || (*bindings)[1].oid != kSnmpTrapOid || !ticks || !trap) {
    return false;
  }
  event.uptime_ticks = ticks->value;
  event.trap = *trap;
  event.bindings.assign(std::make_move_iterator(bindings->begin() + 2),
                        std::make_move_iterator(bindings->end()));
  return true;
}

std::optional<Notification> read_notification(std::span<const std::uint8_t> message) {
  const Reader begin{message};
  auto reader = begin;
  if (!reader.enter(kSequence)) return std::nullopt;
  const auto version = reader.integer();
  if (version != kVersion1 && version != kVersion2c) return std::nullopt;
  std::uint8_t type = 0;
  const auto community = reader.content(type);
  if (!reader.ok() || type != ASN_OCTET_STR) return std::nullopt;
  Notification found;
  found.community.assign(community.begin(), community.end());
  found.pdu_at = begin.up_to(reader).size();
  found.event.version = version == kVersion1 ? Version::V1 : Version::V2c;
  const auto pdu = reader.enter();
  found.event.inform = pdu == SNMP_MSG_INFORM;
  const bool is_v1 = version == kVersion1 && pdu == SNMP_MSG_TRAP;
  const bool is_v2 = version == kVersion2c && (pdu == SNMP_MSG_TRAP2 || pdu == SNMP_MSG_INFORM);
  if (is_v1 ? read_v1(reader, found.event) : is_v2 && read_v2(reader, found.event)) return found;
  return std::nullopt;
}

class WireTraps final : public TrapReceiver {
 public:
  WireTraps(io::Wire& wire, std::vector<Credentials> accepted,
            std::function<void(TrapEvent)> handler)
      : wire_{wire}, accepted_{std::move(accepted)}, handler_{std::move(handler)} {
    start_netsnmp();
    wire_.on_receive([this](const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
      take(from, bytes);
    });
  }
  ~WireTraps() override { wire_.on_receive({}); }
  WireTraps(const WireTraps&) = delete;
  WireTraps& operator=(const WireTraps&) = delete;
  [[nodiscard]] Counters counters() const override { return counters_; }

 private:
  void take(const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
    const auto envelope = open_envelope(bytes);
    if (envelope && envelope->version == Version::V3) {
      ++counters_.unknown;
      return;
    }
    auto found = read_notification(bytes);
    if (!found) {
      ++counters_.garbled;
      return;
    }
    const auto ours = std::find_if(accepted_.begin(), accepted_.end(), [&](const auto& one) {
      return one.version != Version::V3 && one.community.reveal() == found->community;
    });
    if (ours == accepted_.end()) {
      ++counters_.unknown;
      return;
    }
    if (found->event.inform) acknowledge(from, bytes, found->pdu_at);
    ++counters_.delivered;
    found->event.from = from;
    found->event.credentials = ours->id;
    const auto handler = handler_;  // it may destroy this
    handler(std::move(found->event));
  }

  // RFC 3416, 4.2.7: the same id and bindings, as a Response.
  void acknowledge(const io::Endpoint& to, std::span<const std::uint8_t> inform,
                   std::size_t pdu_at) {
    Bytes response{inform.begin(), inform.end()};
    response[pdu_at] = SNMP_MSG_RESPONSE;
    if (wire_.send(to, response)) ++counters_.acknowledged;
  }

  io::Wire& wire_;
  std::vector<Credentials> accepted_;
  std::function<void(TrapEvent)> handler_;
  Counters counters_;
};

}  // namespace

std::unique_ptr<TrapReceiver> receive_traps(io::Wire& wire, std::vector<Credentials> accepted,
                                            std::function<void(TrapEvent)> handler) {
  return std::make_unique<WireTraps>(wire, std::move(accepted), std::move(handler));
}

}  // namespace market::snmp
