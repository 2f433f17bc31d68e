// poll_bench [--v3 USER PASSPHRASE] FIRST COUNT PORT ROUNDS WINDOW [OID...] [--table OID...]...:
// polls COUNT agents from FIRST on, ROUNDS times, through the product's own client: one GET of the
// OIDs, then a walk of each table's columns. Prints CPU per poll and drops. --v3: SHA-1 and AES.
#include <sys/resource.h>

#include <cstdlib>
#include <deque>
#include <numeric>
#include <optional>
#include <span>
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

/// What a poll asks one after another: a GET, then tables.
struct Questions {
  std::vector<Oid> scalars;
  std::vector<std::vector<Oid>> tables;
};

class Bench {
 public:
  Bench(io::AsioLoop& loop, snmp::Client& client, std::vector<snmp::Target> targets,
        Questions questions, std::size_t rounds)
      : loop_{loop},
        client_{client},
        targets_{std::move(targets)},
        questions_{std::move(questions)},
        total_{targets_.size() * rounds},
        requests_(targets_.size()),
        idle_(targets_.size()) {
    std::iota(idle_.begin(), idle_.end(), std::size_t{0});
  }

  void fill(std::size_t window) {
    while (begun_ < total_ && begun_ - ended_ < window && !idle_.empty()) begin();
  }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t total() const { return total_; }

 private:
  static constexpr snmp::Patience kPatience{std::chrono::milliseconds{500}, 3};

  /// Who was polled longest ago; never one that is being polled.
  void begin() {
    const auto device = idle_.front();
    idle_.pop_front();
    ++begun_;
    if (questions_.scalars.empty()) return walk(device, 0);
    requests_[device].emplace(
        client_.get(targets_[device], questions_.scalars, kPatience,
                    [this, device](const snmp::Outcome& outcome) { take(outcome, device, 0); }));
  }
  void walk(std::size_t device, std::size_t table) {
    requests_[device].emplace(client_.walk_table(
        targets_[device], questions_.tables[table], 4096, kPatience,
        [this, device, table](const snmp::Outcome& outcome) { take(outcome, device, table + 1); }));
  }
  void take(const snmp::Outcome& outcome, std::size_t device, std::size_t next_table) {
    const auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer != nullptr) {
      rows_ += answer->bindings.size();
      if (next_table < questions_.tables.size()) return walk(device, next_table);
      ++answered_;
    }
    ++ended_;
    idle_.push_back(device);
    if (begun_ < total_) begin();
    if (ended_ == total_) loop_.stop();
  }

  io::AsioLoop& loop_;
  snmp::Client& client_;
  std::vector<snmp::Target> targets_;
  Questions questions_;
  std::size_t rows_ = 0;
  std::size_t total_, begun_ = 0, ended_ = 0, answered_ = 0;
  std::vector<std::optional<snmp::Request>> requests_;
  std::deque<std::size_t> idle_;
};

Questions questions_of(std::span<char* const> words) {
  Questions questions;
  auto* into = &questions.scalars;
  for (const char* const word : words) {
    if (std::string_view{word} == "--table") {
      into = &questions.tables.emplace_back();
    } else {
      into->push_back(*Oid::parse(word));
    }
  }
  return questions;
}

snmp::Credentials credentials_of(std::span<char* const>& words) {
  snmp::Credentials credentials;
  credentials.community = Secret{"public"};
  if (words.size() < 3 || std::string_view{words[0]} != "--v3") return credentials;
  credentials.version = snmp::Version::V3;
  credentials.user = words[1];
  credentials.auth = snmp::AuthProtocol::Sha1;
  credentials.priv = snmp::PrivProtocol::Aes128;
  credentials.auth_passphrase = credentials.priv_passphrase = Secret{words[2]};
  words = words.subspan(3);
  return credentials;
}

}  // namespace

int main(int argc, char** argv) {
  std::span<char* const> words{argv + 1, static_cast<std::size_t>(argc - 1)};
  const auto credentials = credentials_of(words);
  if (words.size() < 6) {
    fmt::print(stderr,
               "usage: poll_bench [--v3 USER PASSPHRASE] FIRST COUNT PORT ROUNDS WINDOW [OID...] "
               "[--table OID...]...\n");
    return 64;
  }
  const auto first = IpAddress::parse(words[0]);
  const auto count = static_cast<std::size_t>(std::atoll(words[1]));
  std::vector<snmp::Target> targets;
  for (std::size_t i = 0; i < count; ++i) {
    targets.push_back({.address = IpAddress::v4(first->v4_number() + static_cast<std::uint32_t>(i)),
                       .port = static_cast<std::uint16_t>(std::atoi(words[2])),
                       .credentials = credentials});
  }
  io::AsioLoop loop;
  const auto wire = io::open_udp(loop);
  if (!wire) {
    fmt::print(stderr, "poll_bench: {}\n", wire.error().message);
    return 1;
  }
  const auto client = snmp::make_client(loop, **wire);
  Bench bench{loop, *client, std::move(targets), questions_of(words.subspan(5)),
              static_cast<std::size_t>(std::atoll(words[3]))};
  const double before = cpu_seconds();
  const auto begun = std::chrono::steady_clock::now();
  loop.post([&] { bench.fill(static_cast<std::size_t>(std::atoll(words[4]))); });
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
