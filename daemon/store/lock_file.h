// Who may write in a directory: one process at a time, told by a locked file with its pid in it.
// The kernel lets go of the lock when the process ends, however it ends.
//
// Sources:  flock(2).
#pragma once

#include <string>

#include "config/types/result.h"

namespace market::store {

class LockFile {
 public:
  /// Takes `<directory>/lock`. Conflict, with the holder's pid, when somebody has it.
  [[nodiscard]] static Result<LockFile> take(const std::string& directory);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;  ///< -1 = moved from
};

}  // namespace market::store
