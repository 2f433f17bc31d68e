// Octets that reach port 162.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "probes/snmp/trap_receiver.h"

namespace {

/// Stands still.
class Stopped final : public market::io::Clock {
 public:
  [[nodiscard]] market::io::TimePoint now() const override { return {}; }
  [[nodiscard]] market::io::WallTime wall_now() const override { return {}; }
};

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
  static const Stopped kClock;
  static const auto kReceiver = [] {
    snmp::Credentials community, crier, inspector, steward;
    community.id = "traps";
    community.community = Secret{"public"};
    crier.version = inspector.version = steward.version = snmp::Version::V3;
    crier.user = "crier";
    inspector.user = "inspector";
    steward.user = "steward";
    inspector.auth = steward.auth = snmp::AuthProtocol::Sha256;
    inspector.auth_passphrase = steward.auth_passphrase = Secret{"dongdaemun-auth"};
    steward.priv = snmp::PrivProtocol::Aes128;
    steward.priv_passphrase = Secret{"namdaemun-priv"};
    const snmp::OwnEngine own{{0x80, 0x00, 0x1f, 0x88, 0x04, 'm', 'a', 'r', 'k', 'e', 't', 'd'}, 7};
    return snmp::receive_traps(kClock, wire, {community, crier, inspector, steward}, own,
                               [](const snmp::TrapEvent&) {});
  }();
  wire.arrive({data, size});
  return 0;
}
