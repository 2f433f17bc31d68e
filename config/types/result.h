// Result<T>: a value, or the reason there is none.
//
// The only file that names the library behind it (tl::expected, Debian libexpected-dev).
// std::expected needs C++23; when the project moves there, this alias changes and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace market {

enum class Errc : std::uint8_t {
  InvalidValue,   ///< text or number outside its type's domain: "vlan 4095"
  InvalidDesign,  ///< well-formed YAML that contradicts itself or a profile
  NotFound,       ///< a name that nothing carries
  Io,             ///< the operating system refused: file, socket, netlink, database
  Unsupported,    ///< this device or kernel cannot do it, and never will
  Conflict,       ///< the world changed between plan and apply, or somebody else holds the lock
  Silent,         ///< the device did not answer in time
  Refused,        ///< the device answered with an error
};

/// Why something could not be done, in words an operator can act on.
struct [[nodiscard]] Error {
  Errc code;
  std::string message;  ///< one line, no trailing period, values in single quotes

  /// The same error seen from one level up: "switch 'sw-a1': port '3': <message>".
  [[nodiscard]] Error within(std::string context) && {
    context.append(": ").append(message);
    return Error{code, std::move(context)};
  }
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::make_unexpected(Error{code, std::move(message)});
}

/// Passes on the error of another Result, with one level of context in front.
template <class T>
[[nodiscard]] tl::unexpected<Error> fail_within(Result<T>&& failed, std::string context) {
  return tl::make_unexpected(std::move(failed.error()).within(std::move(context)));
}

}  // namespace market
