// How much memory the allocator may keep for itself.
//
// Loading a large market and writing its /metrics take much more memory for a moment than the
// watching does. glibc would keep it: an arena for each thread, and ever larger blocks that it does
// not map apart once such a block was freed.
//
// Sources:  mallopt(3), malloc_trim(3).
#pragma once

namespace market::app {

/// To be called first, before there are threads.
void settle_memory();
/// Gives free pages back to the kernel; takes some milliseconds in a large market.
void give_back_memory();

}  // namespace market::app
