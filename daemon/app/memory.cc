#include "daemon/app/memory.h"

#include <malloc.h>

namespace market::app {
namespace {

// One for the loop, which holds nearly all there is, and one for all the others.
constexpr int kArenas = 2;
// Texts of answers and tables of snapshots: mapped apart, and gone when they are freed.
constexpr int kMappedApart = 256 * 1024;

}  // namespace

void settle_memory() {
  ::mallopt(M_ARENA_MAX, kArenas);
  ::mallopt(M_MMAP_THRESHOLD, kMappedApart);
}

void give_back_memory() { ::malloc_trim(0); }

}  // namespace market::app
