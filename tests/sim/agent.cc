#include "tests/sim/agent.h"

#include <algorithm>

#include "tests/sim/mibs.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

View view_of(const World& world, const Device& device, Time now) {
  return View{world, device, device.managed ? &device.managed->running : nullptr, now};
}

/// RFC 3584, 4.2.2: SNMPv1 has neither exceptions nor Counter64.
bool unknown_to(Version version, const Value& value) {
  if (version != Version::V1) return false;
  switch (value.tag) {
    case Tag::NoSuchObject:
    case Tag::NoSuchInstance:
    case Tag::EndOfMibView:
    case Tag::Counter64:
      return true;
    default:
      return false;
  }
}

/// The work is done at once; the device says that it is busy for a while.
PvidRequest carry_out(PvidRequest request, Settings& settings, Time now) {
  constexpr Time kBusy = std::chrono::milliseconds{300};
  request.made = true;
  request.ready = now + kBusy;
  const bool port = request.port >= 1 && request.port <= std::ssize(settings.ports);
  const bool vlan = settings.vlans.contains(static_cast<std::uint16_t>(request.vid));
  request.result = !port ? 1 : !vlan ? 2 : 0;
  if (request.result == 0) {
    settings.ports[static_cast<std::size_t>(request.port - 1)].pvid =
        static_cast<std::uint16_t>(request.vid);
  }
  return request;
}

}  // namespace

Agents::Agents(World& world, AgentOptions options)
    : world_{world}, options_{std::move(options)}, usm_{options_.usm}, dice_{mix(world.seed())} {}

/// One draw decides whether the exchange is lost, a second one in which direction: half of the lost
/// requests have been carried out.
Agents::Fate Agents::draw(const Device& device) {
  const std::uint64_t percent = std::min<std::uint64_t>(loss_percent_ + device.loss_percent, 100);
  if (percent == 0 || dice_.below(100) >= percent) return Fate::Delivered;
  return dice_.below(2) == 0 ? Fate::LostThere : Fate::LostBack;
}

std::optional<Reply> Agents::handle(std::uint32_t address, ber::Octets datagram, Time now) {
  const std::size_t index = world_.at_address(address);
  return index == kNone ? std::nullopt : ask(index, datagram, now);
}

std::optional<Reply> Agents::ask(std::size_t index, ber::Octets datagram, Time now) {
  Device& device = world_.device(index);
  if (!device.answers || !device.snmp) return std::nullopt;
  const auto question = open(device, datagram, now);
  if (!question) {
    if (no_request_) no_request_(index, datagram);
    return std::nullopt;
  }
  if (question->request.access == Access::Nothing && !question->secure) return std::nullopt;
  const Fate fate = draw(device);
  if (fate == Fate::LostThere) return std::nullopt;
  const bool silent_set =
      question->request.operation == Operation::Set && device.lie == Lie::LoseSetReply;
  Reply reply{answer(index, *question, now), now + delay_ + device.delay};
  if (fate == Fate::LostBack || silent_set || reply.message.empty()) return std::nullopt;
  return reply;
}

std::optional<Agents::Question> Agents::open(const Device& device, ber::Octets datagram, Time now) {
  if (auto request = decode_request(datagram)) {
    request->access = access_of(device, request->community);
    return Question{std::move(*request), std::nullopt};
  }
  auto secure = usm_.open(world_.engine(device, now), users(device), datagram);
  if (!secure) return std::nullopt;
  Request request = std::move(secure->request);
  return Question{std::move(request), std::move(secure)};
}

std::string Agents::answer(std::size_t index, const Question& question, Time now) {
  Device& device = world_.device(index);
  const bool fault = question.secure && question.secure->fault != UsmFault::None;
  const bool is_set = question.request.operation == Operation::Set;
  if (!fault) ++(is_set ? device.tally.sets : device.tally.reads);
  if (device.lie == Lie::Garbage) return garbage();
  if (!question.secure) return respond(index, question.request, now);
  const UsmQuestion& secure = *question.secure;
  if (fault) return report(device, secure, now);
  return usm_.seal(world_.engine(device, now), secure, respond(index, question.request, now));
}

std::string Agents::report(Device& device, const UsmQuestion& question, Time now) {
  std::uint32_t& count = device.usm_faults.at(static_cast<std::size_t>(question.fault));
  ++count;
  return usm_.report(world_.engine(device, now), question, count);
}

std::string Agents::respond(std::size_t index, const Request& request, Time now) {
  const View view = view_of(world_, world_.device(index), now);
  switch (request.operation) {
    case Operation::Get:
      return get(view, request);
    case Operation::GetNext:
      return get_next(view, request);
    case Operation::GetBulk:
      return get_bulk(view, request);
    case Operation::Set:
      break;
  }
  return set(index, request, now);
}

Access Agents::access_of(const Device& device, const std::string& community) const {
  const bool writes = community == write_community(device);
  if (!writes && community != read_community(device)) return Access::Nothing;
  return std::min(writes ? Access::Write : Access::Read, options_.communities);
}

Users Agents::users(const Device& device) const {
  Users all = usm_.users();
  if (!device.quirks) return all;
  if (!device.quirks->read_user.empty()) all.read = device.quirks->read_user;
  if (!device.quirks->write_user.empty()) all.write = device.quirks->write_user;
  return all;
}

const std::string& Agents::read_community(const Device& device) const {
  const bool own = device.quirks && !device.quirks->read_community.empty();
  return own ? device.quirks->read_community : options_.read_community;
}

const std::string& Agents::write_community(const Device& device) const {
  const bool own = device.quirks && !device.quirks->write_community.empty();
  return own ? device.quirks->write_community : options_.write_community;
}

std::string Agents::get(const View& view, const Request& request) const {
  const Mib& mib = mib_of(view.device.kind);
  ResponseWriter writer{request, options_.answer_limit};
  for (std::size_t i = 0; i < request.bindings.size(); ++i) {
    const Name& name = request.bindings[i].name;
    const Value value = mib.get(view, name);
    if (unknown_to(request.version, value)) return writer.refuse(ErrorStatus::NoSuchName, i + 1);
    if (!writer.add(name, value)) return writer.refuse(ErrorStatus::TooBig, 0);
  }
  return writer.finish();
}

std::string Agents::get_next(const View& view, const Request& request) const {
  const Mib& mib = mib_of(view.device.kind);
  ResponseWriter writer{request, options_.answer_limit};
  Name next, at;
  for (std::size_t i = 0; i < request.bindings.size(); ++i) {
    Value value = mib.get_next(view, request.bindings[i].name, next);
    while (value.tag == Tag::Counter64 && request.version == Version::V1) {
      at = next;
      value = mib.get_next(view, at, next);
    }
    if (unknown_to(request.version, value)) return writer.refuse(ErrorStatus::NoSuchName, i + 1);
    if (!writer.add(next, value)) return writer.refuse(ErrorStatus::TooBig, 0);
  }
  return writer.finish();
}

/// As many bindings as fit, never a tooBig (RFC 3416, 4.2.3).
std::string Agents::get_bulk(const View& view, const Request& request) const {
  const Mib& mib = mib_of(view.device.kind);
  ResponseWriter writer{request, options_.answer_limit};
  const std::size_t once =
      std::min(static_cast<std::size_t>(request.non_repeaters), request.bindings.size());
  Name next;
  for (std::size_t i = 0; i < once; ++i) {
    const Value value = mib.get_next(view, request.bindings[i].name, next);
    if (!writer.add(next, value)) return writer.finish();
  }
  std::vector<Name> names;
  for (std::size_t i = once; i < request.bindings.size(); ++i) {
    names.push_back(request.bindings[i].name);
  }
  bool more = !names.empty();
  for (std::int32_t round = 0; more && round < request.max_repetitions; ++round) {
    more = false;
    for (Name& name : names) {
      const Value value = mib.get_next(view, name, next);
      if (!writer.add(next, value)) return writer.finish();
      more = more || value.tag != Tag::EndOfMibView;
      name.swap(next);
    }
  }
  return writer.finish();
}

void Agents::keep(std::size_t index, Draft draft, Time now) {
  Device& device = world_.device(index);
  if (draft.asks) draft.request = carry_out(draft.request, draft.settings, now);
  world_.store(index, std::move(draft.settings), now);
  if (draft.asks) device.managed->request = draft.request;
  if (!draft.save) return;
  device.managed->startup = device.managed->running;
  ++device.tally.saves;
}

/// The worst of agents: the first binding stays, and the answer says that none did.
std::string Agents::half_apply(std::size_t index, const Request& request, Time now) {
  Device& device = world_.device(index);
  const ResponseWriter writer{request, options_.answer_limit};
  const std::size_t count = std::min<std::size_t>(request.bindings.size(), 1);
  WriteResult first =
      try_write(device.kind, device.managed->running, std::span{request.bindings}.first(count));
  if (first.status != ErrorStatus::NoError) return writer.refuse(first.status, first.index);
  keep(index, std::move(first.draft), now);
  ++device.tally.sets_half_applied;
  return writer.refuse(ErrorStatus::CommitFailed,
                       std::min<std::size_t>(request.bindings.size(), 2));
}

std::string Agents::set(std::size_t index, const Request& request, Time now) {
  Device& device = world_.device(index);
  ResponseWriter writer{request, options_.answer_limit};
  const auto echo = [&] { return writer.refuse(ErrorStatus::NoError, 0); };
  const std::size_t first = request.bindings.empty() ? 0 : 1;
  if (request.access != Access::Write) {
    return writer.refuse(ErrorStatus::NoAccess, first);
  }
  if (!device.managed) return first == 0 ? echo() : writer.refuse(ErrorStatus::NotWritable, first);
  if (device.lie == Lie::Refuse) return writer.refuse(ErrorStatus::GenErr, first);
  if (device.lie == Lie::AcceptAndForget) return echo();
  if (device.lie == Lie::HalfApply) return half_apply(index, request, now);
  WriteResult result = try_write(device.kind, device.managed->running, request.bindings);
  if (result.status != ErrorStatus::NoError) return writer.refuse(result.status, result.index);
  keep(index, std::move(result.draft), now);
  ++device.tally.sets_applied;
  return echo();
}

ErrorStatus Agents::write_by_hand(std::size_t device, const VarBind& binding, Time now) {
  const Device& target = world_.device(device);
  if (!target.managed) return ErrorStatus::NotWritable;
  WriteResult result = try_write(target.kind, target.managed->running, std::span{&binding, 1});
  if (result.status != ErrorStatus::NoError) return result.status;
  world_.store(device, std::move(result.draft.settings), now);
  if (result.draft.save) {
    world_.device(device).managed->startup = target.managed->running;
  }
  return ErrorStatus::NoError;
}

std::string Agents::garbage() {
  std::string octets;
  for (std::uint64_t left = 8 + dice_.below(56); left > 0; --left) {
    octets.push_back(static_cast<char>(dice_.next() & 0xffU));
  }
  return octets;
}

}  // namespace market::sim
