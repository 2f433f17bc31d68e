// metrics_bench DEVICES ROUNDS: nanoseconds per series of /metrics, beside prometheus-cpp's
// Collectable and TextSerializer for as many series of the same shape, in the same run.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <sstream>
#include <string_view>
#include <vector>

#include "daemon/metrics/exposition.h"

namespace {

using namespace market;  // NOLINT(google-build-using-namespace): a program of one file

health::Snapshot market_of(std::size_t devices) {
  health::Snapshot snapshot;
  snapshot.site_id = "bench";
  for (std::size_t i = 0; i < devices; ++i) {
    health::DeviceView device;
    device.id = "sw-" + std::to_string(i);
    device.device_class = "switch";
    device.health.state = health::DeviceState::Up;
    device.health.since_ms = device.health.last_success_ms = 1'700'000'000'000;
    device.round_trip_seconds = 0.00123;
    device.uptime_ticks = 123456;
    for (int port = 1; port <= 3; ++port) {
      device.ports.push_back({.name = "ge0/" + std::to_string(port),
                              .alias = "stall A-" + std::to_string(i),
                              .admin_up = true,
                              .oper_up = true,
                              .in_octets = 1'234'567'890'123 + i,
                              .out_octets = 987'654'321 + i});
    }
    snapshot.devices.push_back(std::move(device));
  }
  return snapshot;
}

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
double cost_of(Work work) {
  const double begun = cpu_ns();
  work();
  return cpu_ns() - begun;
}

std::size_t peer(std::size_t series) {
  prometheus::MetricFamily family;
  family.name = "market_port_receive_bytes_total";
  family.help = "Octets received";
  family.type = prometheus::MetricType::Counter;
  for (std::size_t i = 0; i < series; ++i) {
    auto& metric = family.metric.emplace_back();
    metric.label.push_back({"device", "sw-" + std::to_string(i / 24)});
    metric.label.push_back({"port", "ge0/" + std::to_string(i % 24)});
    metric.counter.value = 1'234'567'890'123.0 + static_cast<double>(i);
  }
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, {family});
  return out.str().size();
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  const auto devices = argc > 1 ? number(argv[1]) : 10'000;
  const auto rounds = argc > 2 ? number(argv[2]) : 5;
  const auto snapshot = market_of(devices);
  const metrics::SelfMetrics self;
  const auto text = metrics::render(snapshot, self);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::vector<double> ours, theirs;
  std::size_t octets = 0;
  for (std::size_t i = 0; i < rounds; ++i) {  // in turn, so that noise meets both
    ours.push_back(cost_of([&] { octets += metrics::render(snapshot, self).size(); }));
    theirs.push_back(cost_of([&] { octets += peer(lines); }));
  }
  const auto median = [lines](std::vector<double>& costs) {
    std::sort(costs.begin(), costs.end());
    return costs[costs.size() / 2] / static_cast<double>(lines);
  };
  const double a = median(ours), b = median(theirs);
  std::printf(
      "  %zu series, %zu MB: marketd %.0f ns per series   prometheus-cpp %.0f   ratio %.2f\n",
      lines, text.size() >> 20U, a, b, a / b);
  return octets == 0 ? 1 : 0;
}
