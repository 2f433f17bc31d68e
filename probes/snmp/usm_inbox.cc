#include "probes/snmp/usm_inbox.h"

#include <algorithm>
#include <utility>

namespace market::snmp {
namespace {

/// Beyond this many, keys are localised again for each message.
constexpr std::size_t kMostSenders = 4096;

/// SNMP-USER-BASED-SM-MIB::usmStats; UnknownCommunity has none.
std::uint32_t counter_of(TrapRefusal refusal) { return static_cast<std::uint32_t>(refusal); }

std::optional<std::vector<VarBind>> bindings_of(Reader& pdu) {
  // request-id and the error fields, which say nothing here
  for (int field = 0; field < 3; ++field) {
    if (!pdu.integer()) return std::nullopt;
  }
  return read_binding_list(pdu);
}

}  // namespace

UsmInbox::UsmInbox(const io::Clock& clock, const std::vector<Credentials>& accepted, OwnEngine own)
    : clock_{clock}, started_{clock.now()}, own_{std::move(own)} {
  for (const auto& one : accepted) {
    if (one.version == Version::V3) identities_.push_back(std::make_unique<Identity>(one));
  }
}

EngineTime UsmInbox::own_time() const {
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - started_);
  return {own_.boots, static_cast<std::uint32_t>(up.count())};
}

/// RFC 3414, 3.2.7a: here the clock is ours, and does not move.
bool UsmInbox::in_own_window(EngineTime told) const {
  const auto own = own_time();
  const auto apart = std::int64_t{told.time} - std::int64_t{own.time};
  return told.boots == own.boots && apart >= -kTimeWindow && apart <= kTimeWindow;
}

UsmInbox::Arrival UsmInbox::take(BytesView message) {
  const auto frame = read_frame(message);
  if (!frame) return {Garbled{}, {}};
  // The sender of what wants an answer, a discovery or an inform, is not authoritative.
  const bool reportable = (frame->flags & kReportableFlag) != 0;
  const bool ours = std::ranges::equal(frame->engine, own_.id);
  if (reportable != ours) {
    if (!reportable) return {TrapRefusal::UnknownEngine, {}};
    auto answer = report(*frame, TrapRefusal::UnknownEngine, nullptr);
    if (frame->engine.empty()) return {Discovery{}, std::move(answer)};
    return {TrapRefusal::UnknownEngine, std::move(answer)};
  }
  if (frame->engine.empty()) return {Garbled{}, {}};
  const Identity* tried = nullptr;
  auto verdict = take_as_any(*frame, message, tried);
  if (auto* accepted = std::get_if<Accepted>(&verdict)) return {std::move(*accepted), {}};
  const auto* why = std::get_if<TrapRefusal>(&verdict);
  if (why == nullptr) return {Garbled{}, {}};
  if (!reportable) return {*why, {}};
  return {*why, report(*frame, *why, tried)};
}

/// Two credentials may share a user's name: who fits best decides, the last one tried otherwise.
UsmInbox::Verdict UsmInbox::take_as_any(const UsmFrame& frame, BytesView message,
                                        const Identity*& tried) {
  TrapRefusal why = TrapRefusal::UnknownUser;
  for (const auto& identity : identities_) {
    const auto& credentials = identity->credentials();
    if (credentials.user != frame.user) continue;
    if (level_of(credentials) != frame.level()) {
      if (tried == nullptr) why = TrapRefusal::UnsupportedLevel;
      continue;
    }
    tried = identity.get();
    auto verdict = take_as(*identity, frame, message);
    const auto* refused = std::get_if<TrapRefusal>(&verdict);
    if (refused == nullptr) return verdict;
    why = *refused;
  }
  return why;
}

/// What strangers claim leaves nothing behind.
UsmInbox::Verdict UsmInbox::take_as(const Identity& identity, const UsmFrame& frame,
                                    BytesView message) {
  std::pair key{&identity, EngineId{frame.engine.begin(), frame.engine.end()}};
  const auto known = senders_.find(key);
  if (known != senders_.end()) return take_from(known->second, identity, frame, message);
  auto user = UsmUser::make(identity, key.second);
  if (!user) return TrapRefusal::WrongDigest;  // a passphrase that gives no key
  Sender sender{std::move(*user), {}};
  auto verdict = take_from(sender, identity, frame, message);
  const bool proven = std::holds_alternative<Accepted>(verdict) && frame.level() != 0;
  if (proven && senders_.size() < kMostSenders) senders_.emplace(std::move(key), std::move(sender));
  return verdict;
}

/// Steps 6 to 8 of RFC 3414, 3.2: signature, time window, encryption, in this order.
UsmInbox::Verdict UsmInbox::take_from(Sender& sender, const Identity& identity,
                                      const UsmFrame& frame, BytesView message) {
  const bool inform = (frame.flags & kReportableFlag) != 0;
  const bool hidden = (frame.flags & kPrivFlag) != 0;
  if (frame.level() != 0) {
    if (!sender.user.has_signed(frame, message)) return TrapRefusal::WrongDigest;
    const bool fresh =
        inform ? in_own_window(frame.at) : sender.clock.accept(frame.at, clock_.now());
    if (!fresh) return TrapRefusal::NotInTimeWindow;
  }
  if (hidden && !sender.user.reveal(frame, revealed_)) return TrapRefusal::DecryptionError;
  auto notification = read(sender.user, frame, hidden ? BytesView{revealed_} : frame.data);
  // Authentic, but what came out of decryption is no PDU: another key than ours.
  if (!notification && hidden) return TrapRefusal::DecryptionError;
  if (!notification) return Garbled{};
  return Accepted{identity.credentials().id, std::move(*notification), sender.user.engine()};
}

std::optional<UsmNotification> UsmInbox::read(const UsmUser& user, const UsmFrame& frame,
                                              BytesView scoped) const {
  const auto pdu = pdu_of(scoped);
  if (!pdu) return std::nullopt;
  Reader reader{*pdu};
  UsmNotification found;
  const auto type = reader.enter();
  found.inform = type == SNMP_MSG_INFORM;
  const bool wants_answer = (frame.flags & kReportableFlag) != 0;
  if ((!found.inform && type != SNMP_MSG_TRAP2) || found.inform != wants_answer) {
    return std::nullopt;
  }
  auto bindings = bindings_of(reader);
  if (!bindings) return std::nullopt;
  found.bindings = std::move(*bindings);
  if (!found.inform) return found;
  // RFC 3416, 4.2.7: the same id and bindings, as a Response; in the sender's own context.
  Bytes response{scoped.begin(), scoped.end()};
  response[static_cast<std::size_t>(pdu->data() - scoped.data())] = SNMP_MSG_RESPONSE;
  auto written = user.write(frame.message_id, frame.level(), own_time(), response);
  if (!written) return std::nullopt;
  found.acknowledgement = std::move(*written);
  return found;
}

/// RFC 3414, 3.2: the counter, in our name; authenticated where the sender's clock is set by it.
std::optional<Bytes> UsmInbox::report(const UsmFrame& frame, TrapRefusal why,
                                      const Identity* identity) {
  const auto place = static_cast<std::size_t>(why);
  const VarBind counter{Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, counter_of(why), 0},
                        Counter32{++reported_.at(place)}};
  const bool signs = why == TrapRefusal::NotInTimeWindow && identity != nullptr;
  if (!signs) {
    auto built = encode_report(own_.id, own_time(), frame.user, frame.message_id, counter);
    return built ? std::optional{std::move(*built)} : std::nullopt;
  }
  const auto user = UsmUser::make(*identity, own_.id);
  const auto pdu = encode_report_pdu(counter);
  if (!user || !pdu) return std::nullopt;
  auto built = user->write(frame.message_id, kAuthFlag, own_time(), scoped_pdu(own_.id, {}, *pdu));
  return built ? std::optional{std::move(*built)} : std::nullopt;
}

}  // namespace market::snmp
