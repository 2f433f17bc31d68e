// Tables whose rows are a sorted list that is kept or made elsewhere, each with a name of several
// arcs: an address, a MAC, a port and a neighbour.
#pragma once

#include <algorithm>

#include "tests/sim/table.h"

namespace market::sim {

class ListedTable : public Table {
 public:
  using Table::Table;

  [[nodiscard]] bool next_row(const View& view, Name& row) const final {
    const std::size_t next = row.empty() ? 0 : first_behind(view, row);
    if (next == count(view)) return false;
    name(view, next, row);
    return true;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const final {
    Name found;
    const std::size_t behind = first_behind(view, row);
    if (behind != 0) name(view, behind - 1, found);
    if (found.empty() || compare(found, row) != 0) return Value::missing(Tag::NoSuchInstance);
    return cell(view, column, behind - 1);
  }

 protected:
  [[nodiscard]] virtual std::size_t count(const View& view) const = 0;
  /// Puts the name of row `index`, from 0, into `into`. Names rise with the index.
  virtual void name(const View& view, std::size_t index, Name& into) const = 0;
  [[nodiscard]] virtual Value cell(const View& view, std::uint32_t column,
                                   std::size_t index) const = 0;

 private:
  /// Index of the first row whose name is behind `row`; count() when none is.
  [[nodiscard]] std::size_t first_behind(const View& view, NameView row) const {
    std::size_t low = 0;
    std::size_t high = count(view);
    Name at;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      name(view, middle, at);
      if (compare(row, at) < 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
};

/// Appends the four octets of an IPv4 address, one arc each.
inline void put_address(Name& name, std::uint32_t address) {
  for (unsigned shift = 32; shift > 0; shift -= 8) name.push_back((address >> (shift - 8)) & 0xffU);
}

/// The same as InetAddressType, length and octets (RFC 4001).
inline void put_inet_address(Name& name, std::uint32_t address) {
  name.insert(name.end(), {1, 4});
  put_address(name, address);
}

}  // namespace market::sim
