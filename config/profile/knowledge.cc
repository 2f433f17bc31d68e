#include "config/profile/knowledge.h"

#include <algorithm>
#include <set>

#include "config/profile/pattern.h"

namespace market {

const Vendor* Knowledge::by_enterprise(std::uint32_t number) const {
  const auto found = std::find_if(vendors.begin(), vendors.end(), [&](const Vendor& vendor) {
    return std::find(vendor.enterprises.begin(), vendor.enterprises.end(), number) !=
           vendor.enterprises.end();
  });
  return found == vendors.end() ? nullptr : &*found;
}

const Vendor* Knowledge::by_words(const std::string& sys_descr) const {
  const auto found = std::find_if(vendors.begin(), vendors.end(), [&](const Vendor& vendor) {
    return !vendor.sys_descr.empty() && profile::pattern_found(vendor.sys_descr, sys_descr);
  });
  return found == vendors.end() ? nullptr : &*found;
}

std::vector<Oid> Knowledge::roots() const {
  std::set<Oid> all;
  for (const auto& signal : signals) {
    all.insert(signal.present.begin(), signal.present.end());
    all.insert(signal.absent.begin(), signal.absent.end());
    if (signal.value) all.insert(*signal.value);
  }
  return {all.begin(), all.end()};
}

}  // namespace market
