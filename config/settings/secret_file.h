// Secrets come from files of their own, so that a configuration can be shown, copied and kept in
// version control.
//
// Threads:  none; reads files. Errors: InvalidValue, Io. No message holds a secret. Private to
//           this room.
#pragma once

#include <string>
#include <string_view>

#include "config/types/result.h"
#include "config/types/secret.h"

namespace market {

/// Where secrets are looked for, in this order.
struct SecretPlaces {
  std::string credentials_directory;  ///< $CREDENTIALS_DIRECTORY (systemd.exec(5)); may be empty
  std::string secrets_directory;      ///< `secrets-directory` of the settings
};

struct SecretFile {
  Secret secret;                ///< without the last line feed
  std::string path;             ///< the file it was read from
  bool open_to_others = false;  ///< others than owner and group may read or write it
};

/// `name` is relative and stays below the directory. One line of 1..4096 bytes.
[[nodiscard]] Result<SecretFile> read_secret(std::string_view name, const SecretPlaces& places);

}  // namespace market
