#include "daemon/metrics/self.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>

#include "daemon/metrics/definitions.h"

namespace market::metrics {
namespace {

class SelfCollectable : public prometheus::Collectable {
 public:
  explicit SelfCollectable(const SelfMetrics& self) : self_{self} {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families{made(kBuildInfo, 1)};
    families.front().metric.front().label.push_back({"version", self_.version});
    if (self_.started_ms != 0) {
      families.push_back(made(kStartTime, static_cast<double>(self_.started_ms) / 1000.0));
    }
    families.push_back(made(kPollLag, self_.poll_lag_seconds));
    families.push_back(made(kLoopStall, self_.loop_stall_seconds));
    families.push_back(counted(kHttpRequests, self_.http_requests));
    families.push_back(counted(kSnmpRequests, self_.snmp.requests_sent));
    families.push_back(counted(kSnmpRetries, self_.snmp.retries));
    families.push_back(counted(kSnmpTimeouts, self_.snmp.timeouts));
    families.push_back(counted(kSnmpReplies, self_.snmp.replies));
    families.push_back(counted(kSnmpStrays, self_.snmp.strays));
    families.push_back(counted(kSnmpGarbled, self_.snmp.garbled));
    families.push_back(counted(kSnmpDrops, self_.snmp.receive_drops));
    return families;
  }

 private:
  static prometheus::MetricFamily made(const Definition& definition, double value) {
    prometheus::MetricFamily family;
    family.name = definition.name;
    family.help = definition.help;
    family.type = prometheus::MetricType::Gauge;
    family.metric.emplace_back().gauge.value = value;
    return family;
  }
  static prometheus::MetricFamily counted(const Definition& definition, std::uint64_t value) {
    auto family = made(definition, 0);
    family.type = prometheus::MetricType::Counter;
    family.metric.front().counter.value = static_cast<double>(value);
    return family;
  }

  const SelfMetrics& self_;
};

}  // namespace

std::string render_self(const SelfMetrics& self) {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, SelfCollectable{self}.Collect());
  return std::move(out).str();
}

}  // namespace market::metrics
