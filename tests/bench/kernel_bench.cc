// kernel_bench COUNT: adds so many addresses and routes to the kernel of this network namespace,
// one message each and answered, through probes/netlink. Prints objects per second of wall time. To
// be run in a namespace of its own with a link "bench0" that is up.
#include <chrono>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

#include "probes/netlink/kernel.h"

int main(int argc, char** argv) {
  using namespace market;
  const int count = argc == 2 ? std::atoi(argv[1]) : 0;
  auto kernel = netlink::open_kernel();
  if (count < 1 || count > 60'000 || !kernel) {
    std::cerr << "usage: kernel_bench COUNT (1..60000)\n";
    return 64;
  }
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const auto address = fmt::format("10.{}.{}.1/24", 1 + i / 250, i % 250);
    const auto route = fmt::format("172.{}.{}.0/24", 16 + i / 250, i % 250);
    netlink::KernelRoute to;
    to.to = route;
    to.link = "bench0";
    if (auto done = (*kernel)->add_address({"bench0", *InterfaceAddress::parse(address)}); !done) {
      std::cerr << done.error().message << "\n";
      return 1;
    }
    if (auto done = (*kernel)->add_route(to); !done) {
      std::cerr << done.error().message << "\n";
      return 1;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::cout << fmt::format("{:.0f}\n", 2 * count / took.count());
  return 0;
}
