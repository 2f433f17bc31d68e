#include "tests/fakes/fake_agent.h"

#include <algorithm>
#include <utility>

namespace market::fakes {
namespace {

using snmp::Value;
using snmp::VarBind;

constexpr std::uint8_t kInteger = 0x02, kOctets = 0x04, kNull = 0x05, kOid = 0x06, kSequence = 0x30;
constexpr std::uint8_t kIpAddress = 0x40, kCounter32 = 0x41, kUnsigned32 = 0x42, kTimeTicks = 0x43;
constexpr std::uint8_t kCounter64 = 0x46;
constexpr std::uint8_t kNoSuchObject = 0x80, kNoSuchInstance = 0x81, kEndOfMibView = 0x82;
constexpr std::uint8_t kGet = 0xa0, kGetNext = 0xa1, kResponse = 0xa2, kSet = 0xa3, kGetBulk = 0xa5;
constexpr std::int64_t kTooBig = 1, kNoSuchName = 2, kGenErr = 5, kAuthorizationError = 16,
                       kNotWritable = 17;

void append(Bytes& to, const Bytes& what) { to.insert(to.end(), what.begin(), what.end()); }

Bytes element(std::uint8_t tag, const Bytes& content) {
  Bytes out{tag};
  if (content.size() < 0x80) {
    out.push_back(static_cast<std::uint8_t>(content.size()));
  } else {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
    out.push_back(static_cast<std::uint8_t>(content.size() & 0xffU));
  }
  append(out, content);
  return out;
}

// Two's complement, as few octets as keep the sign.
Bytes integer_content(std::int64_t number) {
  Bytes content;
  do {
    content.insert(content.begin(), static_cast<std::uint8_t>(number & 0xff));
    number >>= 8;
  } while (number != 0 && number != -1);
  const bool top_bit = (content.front() & 0x80U) != 0;
  if (number == 0 && top_bit) content.insert(content.begin(), 0);
  if (number == -1 && !top_bit) content.insert(content.begin(), 0xff);
  return content;
}

Bytes unsigned_content(std::uint64_t number) {
  Bytes content;
  do {
    content.insert(content.begin(), static_cast<std::uint8_t>(number & 0xffU));
    number >>= 8U;
  } while (number != 0);
  if ((content.front() & 0x80U) != 0) content.insert(content.begin(), 0);
  return content;
}

Bytes base128(std::uint64_t number) {
  Bytes octets{static_cast<std::uint8_t>(number & 0x7fU)};
  for (number >>= 7U; number != 0; number >>= 7U) {
    octets.insert(octets.begin(), static_cast<std::uint8_t>(0x80U | (number & 0x7fU)));
  }
  return octets;
}

Bytes oid_element(const Oid& oid) {
  Bytes content;
  const auto arcs = oid.arcs();
  const std::uint64_t first = arcs.empty() ? 0 : arcs[0];
  const std::uint64_t second = arcs.size() < 2 ? 0 : arcs[1];
  append(content, base128(first * 40 + second));
  for (std::size_t i = 2; i < arcs.size(); ++i) append(content, base128(arcs[i]));
  return element(kOid, content);
}

struct ValueWriter {
  Bytes operator()(snmp::Null) const { return element(kNull, {}); }
  Bytes operator()(snmp::NoSuchObject) const { return element(kNoSuchObject, {}); }
  Bytes operator()(snmp::NoSuchInstance) const { return element(kNoSuchInstance, {}); }
  Bytes operator()(snmp::EndOfMibView) const { return element(kEndOfMibView, {}); }
  Bytes operator()(snmp::Integer v) const { return element(kInteger, integer_content(v.value)); }
  Bytes operator()(snmp::Unsigned32 v) const {
    return element(kUnsigned32, unsigned_content(v.value));
  }
  Bytes operator()(snmp::Counter32 v) const {
    return element(kCounter32, unsigned_content(v.value));
  }
  Bytes operator()(snmp::Counter64 v) const {
    return element(kCounter64, unsigned_content(v.value));
  }
  Bytes operator()(snmp::TimeTicks v) const {
    return element(kTimeTicks, unsigned_content(v.value));
  }
  Bytes operator()(const snmp::Octets& v) const {
    return element(kOctets, Bytes{v.value.begin(), v.value.end()});
  }
  Bytes operator()(const Oid& v) const { return oid_element(v); }
  Bytes operator()(const IpAddress& v) const {
    return element(kIpAddress, Bytes{v.octets().begin(), v.octets().end()});
  }
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_{bytes} {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  std::optional<std::pair<std::uint8_t, std::span<const std::uint8_t>>> next() {
    if (rest_.size() < 2) return std::nullopt;
    const auto tag = rest_[0];
    std::size_t length = rest_[1];
    std::size_t header = 2;
    if (length >= 0x80) {
      const auto count = length & 0x7fU;
      if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8U | rest_[2 + i];
      header += count;
    }
    if (length > rest_.size() - header) return std::nullopt;
    const auto content = rest_.subspan(header, length);
    rest_ = rest_.subspan(header + length);
    return std::pair{tag, content};
  }
  std::optional<std::span<const std::uint8_t>> next(std::uint8_t tag) {
    const auto found = next();
    if (!found || found->first != tag) return std::nullopt;
    return found->second;
  }
  std::optional<std::int64_t> integer();

 private:
  std::span<const std::uint8_t> rest_;
};

std::int64_t signed_number(std::span<const std::uint8_t> content) {
  std::uint64_t number = !content.empty() && (content[0] & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const auto octet : content) number = number << 8U | octet;
  return static_cast<std::int64_t>(number);
}

std::uint64_t unsigned_number(std::span<const std::uint8_t> content) {
  std::uint64_t number = 0;
  for (const auto octet : content) number = number << 8U | octet;
  return number;
}

std::optional<std::int64_t> Reader::integer() {
  const auto content = next(kInteger);
  if (!content) return std::nullopt;
  return signed_number(*content);
}

Oid oid_of(std::span<const std::uint8_t> content) {
  std::vector<std::uint32_t> arcs;
  std::uint64_t arc = 0;
  for (const auto octet : content) {
    arc = arc << 7U | (octet & 0x7fU);
    if ((octet & 0x80U) != 0) continue;
    if (arcs.empty()) {
      const auto first = std::min<std::uint64_t>(arc / 40, 2);
      arcs.push_back(static_cast<std::uint32_t>(first));
      arc -= first * 40;
    }
    arcs.push_back(static_cast<std::uint32_t>(arc));
    arc = 0;
  }
  return Oid{std::move(arcs)};
}

Value value_of(std::uint8_t tag, std::span<const std::uint8_t> content) {
  const auto narrow = static_cast<std::uint32_t>(unsigned_number(content));
  switch (tag) {
    case kInteger:
      return snmp::Integer{static_cast<std::int32_t>(signed_number(content))};
    case kUnsigned32:
      return snmp::Unsigned32{narrow};
    case kCounter32:
      return snmp::Counter32{narrow};
    case kTimeTicks:
      return snmp::TimeTicks{narrow};
    case kCounter64:
      return snmp::Counter64{unsigned_number(content)};
    case kOid:
      return oid_of(content);
    case kOctets:
      return snmp::Octets{std::string{content.begin(), content.end()}};
    case kIpAddress:
      if (auto address = IpAddress::from(content)) return *address;
      return snmp::Null{};
    default:
      return snmp::Null{};
  }
}

bool read_bindings(Reader reader, std::vector<VarBind>& bindings) {
  while (!reader.at_end()) {
    const auto pair = reader.next(kSequence);
    if (!pair) return false;
    Reader inside{*pair};
    const auto name = inside.next(kOid);
    const auto value = inside.next();
    if (!name || !value) return false;
    bindings.push_back({oid_of(*name), value_of(value->first, value->second)});
  }
  return true;
}

FakeResponse refuse(const FakeRequest& request, std::int64_t status, std::size_t index) {
  return {request.id, status, static_cast<std::int64_t>(index),
          status == kTooBig ? std::vector<VarBind>{} : request.bindings};
}

// SNMPv1 has no exceptions: the first one refuses the whole PDU.
FakeResponse as_v1(const FakeRequest& request, FakeResponse response) {
  response.version = 0;
  for (std::size_t i = 0; i < response.bindings.size(); ++i) {
    const auto& value = response.bindings[i].value;
    if (snmp::exists(value) || request.type == kSet) continue;
    auto refused = refuse(request, kNoSuchName, i + 1);
    refused.version = 0;
    return refused;
  }
  return response;
}

}  // namespace

std::optional<FakeRequest> read_request(std::span<const std::uint8_t> bytes) {
  Reader outer{bytes};
  const auto message = outer.next(kSequence);
  if (!message) return std::nullopt;
  Reader fields{*message};
  const auto version = fields.integer();
  if (version != 0 && version != 1) return std::nullopt;
  const auto community = fields.next(kOctets);
  const auto pdu = fields.next();
  if (!community || !pdu) return std::nullopt;
  Reader inside{pdu->second};
  FakeRequest request;
  request.version = *version;
  request.community.assign(community->begin(), community->end());
  request.type = pdu->first;
  const auto id = inside.integer();
  const auto second = inside.integer();
  const auto third = inside.integer();
  const auto list = inside.next(kSequence);
  if (!id || !second || !third || !list) return std::nullopt;
  request.id = *id;
  request.non_repeaters = *second;
  request.max_repetitions = *third;
  if (!read_bindings(Reader{*list}, request.bindings)) return std::nullopt;
  return request;
}

Bytes write_response(const std::string& community, const FakeResponse& response) {
  Bytes list;
  for (const auto& binding : response.bindings) {
    Bytes pair = oid_element(binding.oid);
    append(pair, std::visit(ValueWriter{}, binding.value));
    append(list, element(kSequence, pair));
  }
  Bytes pdu = element(kInteger, integer_content(response.id));
  append(pdu, element(kInteger, integer_content(response.error_status)));
  append(pdu, element(kInteger, integer_content(response.error_index)));
  append(pdu, element(kSequence, list));
  Bytes message = element(kInteger, integer_content(response.version));
  append(message, element(kOctets, Bytes{community.begin(), community.end()}));
  append(message, element(kResponse, pdu));
  return element(kSequence, message);
}

std::optional<Bytes> FakeAgent::handle(std::span<const std::uint8_t> bytes) {
  const auto request = read_request(bytes);
  if (!request) return std::nullopt;
  if (request->community != read_community && request->community != write_community) {
    return std::nullopt;
  }
  ++requests;
  auto response = refuse(*request, kGenErr, 0);
  if (request->type == kGet) response = get(*request);
  if (request->type == kGetBulk) response = get_bulk(*request);
  if (request->type == kSet) response = set(*request);
  if (request->type == kGetNext) {
    auto single = *request;
    single.max_repetitions = 1;
    response = get_bulk(single);
  }
  if (request->version == 0) {
    if (request->type == kGetBulk) return std::nullopt;  // no such PDU in SNMPv1
    response = as_v1(*request, std::move(response));
  }
  return write_response(request->community, response);
}

FakeResponse FakeAgent::get(const FakeRequest& request) const {
  if (request.bindings.size() > room) return refuse(request, kTooBig, 0);
  FakeResponse response{request.id, 0, 0, {}};
  for (const auto& asked : request.bindings) {
    const auto found = objects.find(asked.oid);
    response.bindings.push_back(
        {asked.oid, found == objects.end() ? Value{snmp::NoSuchObject{}} : found->second});
  }
  return response;
}

VarBind FakeAgent::next_after(const Oid& oid) const {
  const auto found = objects.upper_bound(oid);
  if (found == objects.end()) return {oid, snmp::EndOfMibView{}};
  return {found->first, found->second};
}

FakeResponse FakeAgent::get_bulk(const FakeRequest& request) const {
  if (request.max_repetitions > repetitions_max) return refuse(request, kTooBig, 0);
  FakeResponse response{request.id, 0, 0, {}};
  auto columns = request.bindings;
  for (std::int64_t row = 0; row < request.max_repetitions; ++row) {
    for (auto& column : columns) {
      if (response.bindings.size() >= room) return response;
      column = next_after(column.oid);
      response.bindings.push_back(column);
    }
  }
  return response;
}

FakeResponse FakeAgent::set(const FakeRequest& request) {
  if (request.community != write_community) return refuse(request, kAuthorizationError, 0);
  for (std::size_t i = 0; i < request.bindings.size(); ++i) {
    const auto& wanted = request.bindings[i];
    const int verdict = judge_set ? judge_set(wanted) : 0;
    if (verdict != 0) return refuse(request, verdict, i + 1);
    if (!objects.contains(wanted.oid)) return refuse(request, kNotWritable, i + 1);
  }
  for (const auto& wanted : request.bindings) objects.insert_or_assign(wanted.oid, wanted.value);
  ++sets;
  return {request.id, 0, 0, request.bindings};
}

FakeWire::Peer peer_of(std::map<io::Endpoint, FakeAgent*> agents, io::Duration delay) {
  return [agents = std::move(agents), delay](const io::Endpoint& to,
                                             std::span<const std::uint8_t> bytes) {
    std::vector<FakeReply> replies;
    const auto agent = agents.find(to);
    if (agent == agents.end()) return replies;
    if (auto reply = agent->second->handle(bytes)) {
      replies.push_back({to, std::move(*reply), delay});
    }
    return replies;
  };
}

}  // namespace market::fakes
