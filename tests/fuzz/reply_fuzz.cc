// Octets that claim to be an agent's answer, and what is made of the rows in them.
#include <cstddef>
#include <cstdint>

#include "probes/snmp/codec.h"
#include "probes/snmp/usm.h"
#include "probes/survey/survey_of.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace market;  // NOLINT(google-build-using-namespace): a program of one function
  const std::span<const std::uint8_t> message{data, size};
  (void)snmp::open_envelope(message);
  (void)snmp::claimed_engine(message);
  (void)snmp::decode_discovery(message);
  const auto reply = snmp::decode_community(message);
  if (reply) (void)survey::survey_of(reply->bindings);
  return 0;
}
