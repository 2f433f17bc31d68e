// Octets that reach port 162.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "probes/snmp/trap_receiver.h"

namespace {

/// Hands over what it is given and forgets what it is told to send.
class OneWay final : public market::io::Wire {
 public:
  market::Result<void> send(const market::io::Endpoint&, std::span<const std::uint8_t>) override {
    return {};
  }
  void on_receive(Receiver receiver) override { receiver_ = std::move(receiver); }
  [[nodiscard]] std::uint64_t dropped() const override { return 0; }

  void arrive(std::span<const std::uint8_t> octets) {
    if (receiver_) receiver_({market::IpAddress::v4(0x7f000001), 162}, octets);
  }

 private:
  Receiver receiver_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace market;  // NOLINT(google-build-using-namespace): a program of one function
  static OneWay wire;
  static const auto kReceiver = [] {
    snmp::Credentials accepted;
    accepted.id = "traps";
    accepted.community = Secret{"public"};
    return snmp::receive_traps(wire, {accepted}, [](const snmp::TrapEvent&) {});
  }();
  wire.arrive({data, size});
  return 0;
}
