// Frames from whoever is plugged in, and lease files of any server.
#include <cstddef>
#include <cstdint>

#include "probes/dhcp/leases.h"
#include "probes/dhcp/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace market::dhcp;  // NOLINT(google-build-using-namespace): a program of one function
  const std::span<const std::uint8_t> octets{data, size};
  (void)parse_message(octets);
  (void)parse_frame(octets);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are text here
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const auto format : {LeaseFormat::Dnsmasq, LeaseFormat::Kea, LeaseFormat::Isc}) {
    (void)parse_leases(text, format);
  }
  return 0;
}
