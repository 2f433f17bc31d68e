#include "probes/snmp/task_parts.h"

#include <string>
#include <utility>

namespace market::snmp {
namespace {

// A request that fits one Ethernet frame with room for a v3 header: an agent with a small buffer
// drops what is longer instead of answering tooBig.
constexpr std::size_t kRequestOctets = 1200;
// Tag, length and NULL around an OID; arcs beyond 127 take more than one octet.
constexpr std::size_t kBindingOverhead = 8;

// Octets that the arcs of an OID take (X.690, 8.19: seven bits in each).
std::size_t encoded_size(const Oid& oid) {
  std::size_t size = kBindingOverhead;
  for (const auto arc : oid.arcs()) {
    size += 1;
    for (auto rest = arc >> 7U; rest != 0; rest >>= 7U) size += 1;
  }
  return size;
}

bool has_status(const Reply& reply, ErrorStatus status) {
  return reply.error_status == static_cast<std::int64_t>(status);
}

}  // namespace

std::size_t fitting(std::span<const Oid> oids) {
  std::size_t count = 0;
  std::size_t octets = 0;
  while (count < oids.size()) {
    octets += encoded_size(oids[count]);
    if (count > 0 && octets > kRequestOctets) break;
    ++count;
  }
  return count;
}

Answer answer_of(std::vector<VarBind> bindings) {
  return Answer{std::move(bindings), std::chrono::microseconds{0}, 1};
}

bool is_too_big(const Reply& reply) { return has_status(reply, ErrorStatus::TooBig); }

bool is_no_such_name(const Reply& reply) { return has_status(reply, ErrorStatus::NoSuchName); }

Refusal refusal_of(const Reply& reply, std::size_t offset, std::size_t count) {
  Refusal refusal{ErrorStatus::GenErr, 0, ""};
  const auto last = static_cast<std::int64_t>(ErrorStatus::InconsistentName);
  if (reply.error_status > 0 && reply.error_status <= last) {
    refusal.status = static_cast<ErrorStatus>(reply.error_status);
  } else {
    refusal.detail =
        "error-status " + std::to_string(reply.error_status) + " is not one of RFC 3416";
  }
  if (reply.error_index >= 1 && static_cast<std::uint64_t>(reply.error_index) <= count) {
    refusal.index = offset + static_cast<std::size_t>(reply.error_index);
  }
  return refusal;
}

}  // namespace market::snmp
