// poll_bench FIRST COUNT PORT ROUNDS WINDOW [--table] OID...: polls COUNT agents from FIRST on,
// ROUNDS times, one GET of the OIDs each, or with --table a walk of them as columns, through the
// product's own client; prints CPU per poll and drops.
#include <sys/resource.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "probes/io/asio_loop.h"
#include "probes/snmp/client.h"

namespace {

using namespace market;  // NOLINT(google-build-using-namespace): a program of one file

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Bench {
 public:
  Bench(io::AsioLoop& loop, snmp::Client& client, std::vector<snmp::Target> targets,
        std::vector<Oid> oids, std::size_t rounds, bool table)
      : loop_{loop},
        client_{client},
        targets_{std::move(targets)},
        oids_{std::move(oids)},
        table_{table},
        total_{targets_.size() * rounds},
        requests_(targets_.size()) {}

  void fill(std::size_t window) {
    while (begun_ < total_ && begun_ - ended_ < window) ask(begun_++);
  }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t total() const { return total_; }

 private:
  void ask(std::size_t turn) {
    const auto device = turn % targets_.size();
    auto handler = [this](snmp::Outcome outcome) { end(std::move(outcome)); };
    const snmp::Patience patience{std::chrono::milliseconds{500}, 3};
    const auto& target = targets_[device];
    requests_[device].emplace(
        table_ ? client_.walk_table(target, oids_, 4096, patience, std::move(handler))
               : client_.get(target, oids_, patience, std::move(handler)));
  }
  void end(snmp::Outcome outcome) {
    if (const auto* answer = std::get_if<snmp::Answer>(&outcome)) {
      ++answered_;
      rows_ += answer->bindings.size();
    }
    ++ended_;
    if (begun_ < total_) ask(begun_++);
    if (ended_ == total_) loop_.stop();
  }

  io::AsioLoop& loop_;
  snmp::Client& client_;
  std::vector<snmp::Target> targets_;
  std::vector<Oid> oids_;
  bool table_;
  std::size_t rows_ = 0;
  std::size_t total_, begun_ = 0, ended_ = 0, answered_ = 0;
  std::vector<std::optional<snmp::Request>> requests_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    fmt::print(stderr, "usage: poll_bench FIRST COUNT PORT ROUNDS WINDOW [--table] OID...\n");
    return 64;
  }
  const auto first = IpAddress::parse(argv[1]);
  const auto count = static_cast<std::size_t>(std::atoll(argv[2]));
  std::vector<Oid> oids;
  const bool table = std::string_view{argv[6]} == "--table";
  for (int i = table ? 7 : 6; i < argc; ++i) oids.push_back(*Oid::parse(argv[i]));
  std::vector<snmp::Target> targets;
  for (std::size_t i = 0; i < count; ++i) {
    snmp::Target target{
        .address = IpAddress::v4(first->v4_number() + static_cast<std::uint32_t>(i)),
        .port = static_cast<std::uint16_t>(std::atoi(argv[3])),
        .credentials = {}};
    target.credentials.community = Secret{"public"};
    targets.push_back(std::move(target));
  }
  io::AsioLoop loop;
  const auto wire = io::open_udp(loop);
  if (!wire) {
    fmt::print(stderr, "poll_bench: {}\n", wire.error().message);
    return 1;
  }
  const auto client = snmp::make_client(loop, **wire);
  Bench bench{loop,
              *client,
              std::move(targets),
              std::move(oids),
              static_cast<std::size_t>(std::atoll(argv[4])),
              table};
  const double before = cpu_seconds();
  const auto begun = std::chrono::steady_clock::now();
  loop.post([&] { bench.fill(static_cast<std::size_t>(std::atoll(argv[5]))); });
  loop.run();
  const double cpu = cpu_seconds() - before;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  const auto counters = client->counters();
  fmt::print(
      "polls {} answered {} retries {} drops {} wall {:.3f} cpu {:.3f} us/poll {:.3f} bindings {} "
      "requests {}\n",
      bench.total(), bench.answered(), counters.retries, counters.receive_drops, wall.count(), cpu,
      cpu * 1e6 / static_cast<double>(bench.total()), bench.rows(), counters.requests_sent);
  return bench.answered() == bench.total() ? 0 : 1;
}
