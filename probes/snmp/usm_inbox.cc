#include "probes/snmp/usm_inbox.h"

#include <algorithm>
#include <utility>

#include "probes/snmp/ber.h"

namespace market::snmp {
namespace {

constexpr std::uint8_t kAuth = SNMP_MSG_FLAG_AUTH_BIT;
constexpr std::uint8_t kPriv = SNMP_MSG_FLAG_PRIV_BIT;
constexpr std::size_t kEngineIdMin = 5, kEngineIdMax = 32;  // RFC 3411, SnmpEngineID
constexpr std::size_t kUserMax = 32;                        // RFC 3414, usmUserName
constexpr std::int64_t kTimeWindow = 150;                   // seconds; RFC 3414, 2.2.3
/// Beyond this many, keys are localised again for each message.
constexpr std::size_t kMostUsers = 4096;

std::uint8_t level_of(const Credentials& credentials) {
  if (credentials.auth == AuthProtocol::None) return 0;
  return credentials.priv == PrivProtocol::None ? kAuth : kAuth | kPriv;
}

/// SNMP-USER-BASED-SM-MIB::usmStats; UnknownCommunity has none.
std::uint32_t counter_of(TrapRefusal refusal) { return static_cast<std::uint32_t>(refusal); }

TrapRefusal refusal_of(UsmStat stat) {
  switch (stat) {
    case UsmStat::UnsupportedLevel:
      return TrapRefusal::UnsupportedLevel;
    case UsmStat::NotInTimeWindow:
      return TrapRefusal::NotInTimeWindow;
    case UsmStat::UnknownUser:
      return TrapRefusal::UnknownUser;
    case UsmStat::WrongDigest:
      return TrapRefusal::WrongDigest;
    case UsmStat::DecryptionError:
    case UsmStat::Malformed:
      break;
  }
  return TrapRefusal::DecryptionError;
}

bool read_global(Reader& reader, UsmHeader& header) {
  std::uint8_t type = 0;
  Reader global = reader;
  reader.content(type);
  if (type != kSequence || !global.enter(kSequence)) return false;
  const auto id = global.integer();
  const auto size = global.integer();
  const auto flags = global.content(type);
  const auto model = global.integer();
  if (!id || !size || flags.size() != 1 || model != SNMP_SEC_MODEL_USM) return false;
  header.message_id = static_cast<std::int32_t>(*id);
  header.reportable = (flags[0] & SNMP_MSG_FLAG_RPRT_BIT) != 0;
  header.level = flags[0] & (kAuth | kPriv);
  return header.level != kPriv;  // RFC 3412, 6.4: no privacy without authentication
}

bool read_security(Reader& reader, UsmHeader& header) {
  std::uint8_t type = 0;
  if (!reader.enter(ASN_OCTET_STR) || !reader.enter(kSequence)) return false;
  const auto engine = reader.content(type);
  const auto boots = reader.integer();
  const auto time = reader.integer();
  const auto user = reader.content(type);
  if (!reader.ok() || !boots || !time || *boots < 0 || *time < 0) return false;
  if (engine.size() > kEngineIdMax || user.size() > kUserMax) return false;
  if (!engine.empty() && engine.size() < kEngineIdMin) return false;
  header.engine.assign(engine.begin(), engine.end());
  header.boots = static_cast<std::uint32_t>(*boots);
  header.time = static_cast<std::uint32_t>(*time);
  header.user.assign(user.begin(), user.end());
  return true;
}

}  // namespace

std::optional<UsmHeader> read_usm_header(std::span<const std::uint8_t> message) {
  UsmHeader header;
  Reader reader{message};
  if (!reader.enter(kSequence) || reader.integer() != kVersion3) return std::nullopt;
  if (!read_global(reader, header) || !read_security(reader, header)) return std::nullopt;
  return header;
}

UsmInbox::UsmInbox(const io::Clock& clock, const std::vector<Credentials>& accepted, OwnEngine own)
    : clock_{clock}, started_{clock.now()}, own_{std::move(own)} {
  for (const auto& one : accepted) {
    if (one.version == Version::V3) identities_.push_back(std::make_unique<Identity>(one));
  }
}

std::uint32_t UsmInbox::own_time() const {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - started_).count());
}

/// net-snmp writes and compares what it was told last.
void UsmInbox::tell_own_clock() const { tell_clock(own_.id, own_.boots, own_time()); }

bool UsmInbox::in_own_window(const UsmHeader& header) const {
  const auto apart = std::int64_t{header.time} - std::int64_t{own_time()};
  return header.boots == own_.boots && apart >= -kTimeWindow && apart <= kTimeWindow;
}

UsmInbox::Arrival UsmInbox::take(std::span<const std::uint8_t> message) {
  const auto header = read_usm_header(message);
  if (!header) return {Garbled{}, {}};
  const bool ours = header->engine == own_.id;
  if (header->reportable != ours) {
    if (!header->reportable) return {TrapRefusal::UnknownEngine, {}};
    auto answer = report(*header, TrapRefusal::UnknownEngine, nullptr);
    if (header->engine.empty()) return {Discovery{}, std::move(answer)};
    return {TrapRefusal::UnknownEngine, std::move(answer)};
  }
  if (header->engine.empty()) return {Garbled{}, {}};
  const Identity* tried = nullptr;
  auto outcome = take_as_any(*header, message, tried);
  if (auto* accepted = std::get_if<Accepted>(&outcome)) return {std::move(*accepted), {}};
  const auto* why = std::get_if<TrapRefusal>(&outcome);
  if (why == nullptr) return {Garbled{}, {}};
  if (!header->reportable) return {*why, {}};
  return {*why, report(*header, *why, tried)};
}

/// Two credentials may share a user's name: who fits best decides, the last one tried otherwise.
std::variant<UsmInbox::Accepted, TrapRefusal, UsmInbox::Garbled> UsmInbox::take_as_any(
    const UsmHeader& header, std::span<const std::uint8_t> message, const Identity*& tried) {
  TrapRefusal why = TrapRefusal::UnknownUser;
  for (const auto& identity : identities_) {
    const auto& credentials = identity->credentials();
    if (credentials.user != header.user) continue;
    if (level_of(credentials) != header.level) {
      if (tried == nullptr) why = TrapRefusal::UnsupportedLevel;
      continue;
    }
    tried = identity.get();
    auto outcome = take_as(*identity, header, message);
    const auto* refused = std::get_if<TrapRefusal>(&outcome);
    if (refused == nullptr) return outcome;
    why = *refused;
  }
  return why;
}

std::variant<UsmInbox::Accepted, TrapRefusal, UsmInbox::Garbled> UsmInbox::take_as(
    const Identity& identity, const UsmHeader& header, std::span<const std::uint8_t> message) {
  const std::pair key{&identity, header.engine};
  const auto known = users_.find(key);
  std::unique_ptr<UsmUser> fresh;
  if (known == users_.end()) {
    auto made = UsmUser::make(identity, header.engine);
    if (!made) return TrapRefusal::WrongDigest;  // a passphrase that gives no key
    fresh = std::move(*made);
  }
  UsmUser& user = fresh ? *fresh : *known->second;
  const bool was_met = is_met(header.engine);
  if (header.reportable) tell_own_clock();
  auto notification = user.accept(message);
  const bool proven = notification.has_value() && header.level != 0;
  // What strangers claim leaves nothing behind.
  if (!was_met && !proven) forget_clock(header.engine);
  if (!notification) {
    if (notification.error() == UsmStat::Malformed) return Garbled{};
    return refusal_of(notification.error());
  }
  if (header.reportable && header.level != 0 && !in_own_window(header)) {
    return TrapRefusal::NotInTimeWindow;
  }
  if (notification->inform != header.reportable) return Garbled{};
  if (fresh && proven && users_.size() < kMostUsers) users_.emplace(key, std::move(fresh));
  return Accepted{identity.credentials().id, std::move(*notification), header.engine};
}

/// RFC 3414, 3.2: the counter, in our name; authenticated where the sender's clock is set by it.
std::optional<Bytes> UsmInbox::report(const UsmHeader& header, TrapRefusal why,
                                      const Identity* identity) {
  const auto place = static_cast<std::size_t>(why);
  const VarBind counter{Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, counter_of(why), 0},
                        Counter32{++reported_.at(place)}};
  tell_own_clock();
  if (why == TrapRefusal::NotInTimeWindow && identity != nullptr) {
    auto user = UsmUser::make(*identity, own_.id);
    if (!user) return std::nullopt;
    auto built = (*user)->report(header.message_id, counter);
    return built ? std::optional{std::move(*built)} : std::nullopt;
  }
  auto built = encode_report(own_.id, header.user, header.message_id, counter);
  return built ? std::optional{std::move(*built)} : std::nullopt;
}

}  // namespace market::snmp
