// Who asks for a change, by the kernel instead of by his own word.
//
// Threads:  any. Source: sock_diag(7): the user of the socket at the other end.
#pragma once

#include <string>

#include "daemon/api/server.h"

namespace market::app {

/// The name of the user, "uid1234" where he has none. Empty = nobody can tell: he is on another
/// machine or in another namespace, or root, who may be anybody and says who.
[[nodiscard]] std::string caller_of(const api::Ends& ends);

}  // namespace market::app
