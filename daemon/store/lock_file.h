// Who may write in a directory: one process at a time, told by a locked file with its pid in it.
// The kernel lets go of the lock when the process ends, however it ends.
//
// Sources:  flock(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "config/types/result.h"

namespace market::store {

class LockFile {
 public:
  /// Who writes there takes `<directory>/lock`, the guard (daemon/app/guard.h) its own beside it.
  static constexpr const char* kWriter = "lock";
  static constexpr const char* kGuard = "guard";

  /// Conflict, with the holder's pid, when somebody has it.
  [[nodiscard]] static Result<LockFile> take(const std::string& directory,
                                             const std::string& name = kWriter);
  /// Process id of who has it now, 0 = it has not written it yet; nothing when nobody has it.
  [[nodiscard]] static std::optional<pid_t> holder(const std::string& directory,
                                                   const std::string& name);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;  ///< -1 = moved from
};

}  // namespace market::store
