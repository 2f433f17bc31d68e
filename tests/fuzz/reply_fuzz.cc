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
  (void)snmp::read_frame(message);
  (void)snmp::decode_discovery(message);
  // Nothing is signed between these two: what is inside is read, too.
  static const snmp::Identity kNobody{{.version = snmp::Version::V3}};
  static const auto kUser = snmp::UsmUser::make(kNobody, {0x80, 0, 0, 0, 1});
  snmp::EngineClock clock;
  snmp::Bytes scoped;
  if (const auto head = kUser->open(message, clock, {}, scoped)) {
    (void)snmp::read_bindings(*head, nullptr, {});
  }
  const auto reply = snmp::decode_community(message);
  if (reply) (void)survey::survey_of(reply->bindings);
  return 0;
}
