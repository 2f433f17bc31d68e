// An SNMPv1 and v2c agent in memory, for FakeWire. It has a BER codec of its own, written from
// X.690 and sharing nothing with the product's, so that both must be right to agree.
//
// Answers GET, GETNEXT, GETBULK and SET on the objects it was given; a SET of an object that it
// does not have is refused with notWritable, as is one with the read community
// (authorizationError).
//
// Threads:  the loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "probes/snmp/client.h"
#include "tests/fakes/fake_wire.h"

namespace market::fakes {

/// One request as the agent reads it.
struct FakeRequest {
  std::string community;
  std::uint8_t type = 0;  ///< PDU tag: 0xa0 GET, 0xa1 GETNEXT, 0xa3 SET, 0xa5 GETBULK
  std::int64_t id = 0;
  std::int64_t non_repeaters = 0;    ///< GETBULK
  std::int64_t max_repetitions = 0;  ///< GETBULK
  std::vector<snmp::VarBind> bindings;
  std::int64_t version = 1;  ///< as on the wire: 0 SNMPv1, 1 SNMPv2c
};

/// One reply as the agent writes it.
struct FakeResponse {
  std::int64_t id = 0;
  std::int64_t error_status = 0;
  std::int64_t error_index = 0;
  std::vector<snmp::VarBind> bindings;
  std::int64_t version = 1;
};

/// Nothing when the octets are no SNMPv1 or v2c request.
[[nodiscard]] std::optional<FakeRequest> read_request(std::span<const std::uint8_t> bytes);
[[nodiscard]] Bytes write_response(const std::string& community, const FakeResponse& response);

class FakeAgent {
 public:
  std::map<Oid, snmp::Value> objects;
  std::string read_community = "public";
  std::string write_community = "private";
  /// Bindings one response can hold; more are tooBig for GET, cut off for GETBULK.
  std::size_t room = 100;
  /// A GETBULK that asks for more repetitions is tooBig, as with agents that do not cut off.
  std::int64_t repetitions_max = 1000;
  /// Looks at a SET before it is done: an error-status other than 0 refuses it.
  std::function<int(const snmp::VarBind&)> judge_set;
  std::size_t requests = 0;
  std::size_t sets = 0;  ///< carried out

  /// Nothing: the agent keeps silent (wrong community, not SNMP).
  [[nodiscard]] std::optional<Bytes> handle(std::span<const std::uint8_t> bytes);

 private:
  [[nodiscard]] FakeResponse get(const FakeRequest& request) const;
  [[nodiscard]] FakeResponse get_bulk(const FakeRequest& request) const;
  [[nodiscard]] FakeResponse set(const FakeRequest& request);
  [[nodiscard]] snmp::VarBind next_after(const Oid& oid) const;
};

/// A peer for FakeWire under which each agent answers at its own endpoint after `delay`.
[[nodiscard]] FakeWire::Peer peer_of(std::map<io::Endpoint, FakeAgent*> agents, io::Duration delay);

}  // namespace market::fakes
