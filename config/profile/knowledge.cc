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
  std::vector<std::string_view> words;
  words.reserve(vendors.size());
  for (const auto& vendor : vendors) words.emplace_back(vendor.sys_descr);
  const auto found = profile::first_found(words, sys_descr);
  return found ? &vendors[*found] : nullptr;
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
