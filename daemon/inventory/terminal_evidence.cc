#include "daemon/inventory/terminal_evidence.h"

#include <algorithm>
#include <array>

namespace market {
namespace {

constexpr double kPaymentMaker = 0.75;
constexpr double kPosMaker = 0.15;
constexpr double kFingerprint = 0.80;
constexpr double kPlace = 0.40;
constexpr double kPcFactor = 0.5;
constexpr double kMost = 0.99;

struct Port {
  std::uint16_t number;
  double weight;
  const char* whose;
};
constexpr std::array kPorts{Port{25000, 0.30, "Verifone"}, Port{25001, 0.30, "Verifone"},
                            Port{9600, 0.20, "Verifone"}, Port{8443, 0.15, "Adyen"}};

class Weighing {
 public:
  void add(double weight, std::string sign) {
    doubt_ *= 1 - weight;
    evidence_.based_on.push_back(std::move(sign));
  }
  void weaken(double factor, std::string sign) {
    factor_ *= factor;
    evidence_.based_on.push_back(std::move(sign));
  }
  TerminalEvidence result() && {
    evidence_.confidence = std::min(kMost, (1 - doubt_) * factor_);
    return std::move(evidence_);
  }

 private:
  double doubt_ = 1;
  double factor_ = 1;
  TerminalEvidence evidence_;
};

void weigh_vendor(const MacVendor& vendor, Weighing& weighing) {
  if (!vendor.payment) return;
  const auto& maker = *vendor.payment;
  std::string sign{"MAC of "};
  sign.append(maker.maker).append(" (").append(maker.kind).append(", ");
  sign.append(maker.source).append(")");
  weighing.add(maker.kind == "payment" ? kPaymentMaker : kPosMaker, std::move(sign));
}

void weigh_dhcp(const DhcpMaker& maker, Weighing& weighing) {
  if (maker.device_class == "payment-terminal") {
    weighing.add(kFingerprint, maker.what + ": " + maker.based_on);
  } else if (maker.what.starts_with("Windows")) {
    weighing.weaken(kPcFactor, "against it: " + maker.what + ": " + maker.based_on);
  }
}

}  // namespace

std::vector<std::uint16_t> telling_ports() {
  std::vector<std::uint16_t> numbers;
  for (const auto& port : kPorts) numbers.push_back(port.number);
  return numbers;
}

TerminalEvidence terminal_evidence(const TerminalSigns& signs) {
  Weighing weighing;
  if (signs.vendor) weigh_vendor(*signs.vendor, weighing);
  if (signs.dhcp) weigh_dhcp(*signs.dhcp, weighing);
  if (!signs.payment_place.empty()) {
    weighing.add(kPlace, "plugged in where payment is: " + signs.payment_place);
  }
  for (const auto& port : kPorts) {
    if (std::ranges::find(signs.open_ports, port.number) == signs.open_ports.end()) continue;
    weighing.add(port.weight, "tcp/" + std::to_string(port.number) + " open (" + port.whose + ")");
  }
  return std::move(weighing).result();
}

}  // namespace market
