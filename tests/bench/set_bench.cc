// set_bench COMMUNITY ADDRESS...: sets sysContact of each agent once, one after the other, by
// SNMPv2c. Prints milliseconds a SET: the round trip that no apply can be without.
#include <chrono>
#include <iostream>
#include <thread>

#include <fmt/format.h>

#include "probes/io/asio_loop.h"
#include "probes/io/datagram.h"
#include "probes/snmp/blocking.h"

int main(int argc, char** argv) {
  using namespace market;
  io::AsioLoop loop;
  auto wire = io::open_udp(loop);
  if (argc < 3 || !wire) {
    std::cerr << "usage: set_bench COMMUNITY ADDRESS...\n";
    return 64;
  }
  const auto client = snmp::make_client(loop, **wire);
  const auto blocking = snmp::make_blocking(loop, *client);
  std::thread thread{[&loop] { loop.run(); }};
  snmp::Credentials credentials;
  credentials.community = Secret{argv[1]};
  const snmp::VarBind contact{Oid{1, 3, 6, 1, 2, 1, 1, 4, 0}, snmp::Octets{"bench"}};
  int failures = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 2; i < argc; ++i) {
    const snmp::Target target{
        .address = *IpAddress::parse(argv[i]), .port = 161, .credentials = credentials};
    const auto outcome = blocking->set(target, {&contact, 1}, snmp::Patience{});
    failures += std::holds_alternative<snmp::Answer>(outcome) ? 0 : 1;
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  loop.stop();
  thread.join();
  if (failures > 0) {
    std::cerr << failures << " SETs were not answered\n";
    return 1;
  }
  std::cout << fmt::format("{:.3f}\n", took.count() / (argc - 2));
  return 0;
}
