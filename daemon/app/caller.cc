#include "daemon/app/caller.h"

#include <pwd.h>

#include <array>

#include "probes/netlink/sessions.h"

namespace market::app {

std::string caller_of(const api::Ends& ends) {
  const auto user =
      netlink::peer_user({ends.local, ends.remote, ends.local_port, ends.remote_port});
  if (!user || !*user || **user == 0) return {};
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  const bool read = getpwuid_r(**user, &entry, room.data(), room.size(), &found) == 0;
  return read && found != nullptr ? found->pw_name : "uid" + std::to_string(**user);
}

}  // namespace market::app
