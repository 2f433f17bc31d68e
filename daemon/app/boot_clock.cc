#include "daemon/app/boot_clock.h"

#include <cstdlib>
#include <ctime>
#include <fstream>

namespace market::app {

reconcile::BootTime boot_now() {
  static const std::string boot = [] {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    std::getline(file, id);
    return id;
  }();
  timespec now{};
  if (boot.empty() || clock_gettime(CLOCK_BOOTTIME, &now) != 0) std::abort();
  return {boot, std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000};
}

}  // namespace market::app
