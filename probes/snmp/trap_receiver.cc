#include "probes/snmp/trap_receiver.h"

#include <algorithm>
#include <utility>

#include "probes/snmp/ber.h"
#include "probes/snmp/usm_inbox.h"

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

// RFC 3584, 3.1: a generic trap is one of snmpTraps, another its enterprise's 0.specific.
bool read_v1(Reader& reader, TrapEvent& event) {
  const auto enterprise = reader.value();
  const auto agent = reader.value();
  const auto generic = reader.integer();
  const auto specific = reader.integer();
  const auto uptime = reader.value();
  auto bindings = read_binding_list(reader);
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

// RFC 3416, 4.2.6: sysUpTime.0 and snmpTrapOID.0 come first.
bool read_v2(std::vector<VarBind> bindings, TrapEvent& event) {
  if (bindings.size() < 2) return false;
  const auto* ticks = std::get_if<TimeTicks>(&bindings[0].value);
  const auto* trap = std::get_if<Oid>(&bindings[1].value);
  if (bindings[0].oid != kSysUpTime || bindings[1].oid != kSnmpTrapOid || !ticks || !trap) {
    return false;
  }
  event.uptime_ticks = ticks->value;
  event.trap = *trap;
  event.bindings.assign(std::make_move_iterator(bindings.begin() + 2),
                        std::make_move_iterator(bindings.end()));
  return true;
}

bool read_v2(Reader& reader, TrapEvent& event) {
  const auto id = reader.integer();
  const auto status = reader.integer();
  const auto index = reader.integer();
  auto bindings = read_binding_list(reader);
  return id && status && index && bindings && read_v2(std::move(*bindings), event);
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

std::string hex(const EngineId& engine) {
  constexpr std::string_view kDigits{"0123456789abcdef"};
  std::string text;
  for (const auto octet : engine) {
    text.push_back(kDigits[octet >> 4U]);
    text.push_back(kDigits[octet & 0x0fU]);
  }
  return text;
}

class WireTraps final : public TrapReceiver {
 public:
  WireTraps(const io::Clock& clock, io::Wire& wire, std::vector<Credentials> accepted,
            OwnEngine own, std::function<void(TrapEvent)> handler)
      : wire_{wire},
        accepted_{std::move(accepted)},
        inbox_{clock, accepted_, std::move(own)},
        handler_{std::move(handler)} {
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
    if (envelope && envelope->version == Version::V3) return take_v3(from, bytes);
    auto found = read_notification(bytes);
    if (!found) {
      ++counters_.garbled;
      return;
    }
    const auto ours = std::find_if(accepted_.begin(), accepted_.end(), [&](const auto& one) {
      return one.version != Version::V3 && one.community.reveal() == found->community;
    });
    if (ours == accepted_.end()) return refuse(TrapRefusal::UnknownCommunity);
    if (found->event.inform) acknowledge(from, bytes, found->pdu_at);
    deliver(std::move(found->event), from, ours->id);
  }

  void take_v3(const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
    auto arrival = inbox_.take(bytes);
    // Nobody waits for a report that cannot be sent.
    if (arrival.report) (void)wire_.send(from, *arrival.report);
    if (const auto* refusal = std::get_if<TrapRefusal>(&arrival.what)) return refuse(*refusal);
    if (std::holds_alternative<UsmInbox::Discovery>(arrival.what)) {
      ++counters_.discoveries;
      return;
    }
    auto* accepted = std::get_if<UsmInbox::Accepted>(&arrival.what);
    TrapEvent event;
    event.version = Version::V3;
    if (accepted == nullptr || !read_v2(std::move(accepted->notification.bindings), event)) {
      ++counters_.garbled;
      return;
    }
    event.inform = accepted->notification.inform;
    if (!event.inform) event.engine = hex(accepted->engine);
    if (event.inform && wire_.send(from, accepted->notification.acknowledgement)) {
      ++counters_.acknowledged;
    }
    deliver(std::move(event), from, accepted->credentials);
  }

  void refuse(TrapRefusal why) { ++counters_.refused.at(static_cast<std::size_t>(why)); }

  void deliver(TrapEvent event, const io::Endpoint& from, const std::string& credentials) {
    ++counters_.delivered;
    event.from = from;
    event.credentials = credentials;
    const auto handler = handler_;  // it may destroy this
    handler(std::move(event));
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
  UsmInbox inbox_;
  std::function<void(TrapEvent)> handler_;
  Counters counters_;
};

}  // namespace

std::string_view to_string(TrapRefusal refusal) {
  switch (refusal) {
    case TrapRefusal::UnknownCommunity:
      return "unknownCommunity";
    case TrapRefusal::UnsupportedLevel:
      return "usmStatsUnsupportedSecLevels";
    case TrapRefusal::NotInTimeWindow:
      return "usmStatsNotInTimeWindows";
    case TrapRefusal::UnknownUser:
      return "usmStatsUnknownUserNames";
    case TrapRefusal::UnknownEngine:
      return "usmStatsUnknownEngineIDs";
    case TrapRefusal::WrongDigest:
      return "usmStatsWrongDigests";
    case TrapRefusal::DecryptionError:
      return "usmStatsDecryptionErrors";
  }
  return "refused";
}

std::unique_ptr<TrapReceiver> receive_traps(const io::Clock& clock, io::Wire& wire,
                                            std::vector<Credentials> accepted, OwnEngine own,
                                            std::function<void(TrapEvent)> handler) {
  return std::make_unique<WireTraps>(clock, wire, std::move(accepted), std::move(own),
                                     std::move(handler));
}

}  // namespace market::snmp
