// A profile that somebody wrote: loaded or refused with a place, never anything else.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "config/profile/profile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int kFile = memfd_create("profile", 0);
  static const std::string kPath = "/proc/self/fd/" + std::to_string(kFile);
  if (kFile < 0 || ftruncate(kFile, 0) != 0) std::abort();
  if (pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  const auto loaded = market::load_profiles(std::vector<std::string>{kPath});
  if (!loaded.profiles && loaded.problems.empty()) std::abort();  // refused without a word
  return 0;
}
