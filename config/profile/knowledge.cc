#include "config/profile/knowledge.h"

#include <algorithm>
#include <set>
#include <utility>

namespace market {
namespace {

/// The expressions that `things` search sysDescr for.
template <class Things>
profile::PatternList words_of(const Things& things) {
  std::vector<std::string> words;
  words.reserve(things.size());
  for (const auto& thing : things) words.push_back(thing.sys_descr);
  return profile::PatternList{std::move(words)};
}

/// The longest beginning that the OIDs of all rules have in common.
Oid root_of(const FactRules& facts) {
  std::optional<Oid> root;
  for (const auto& [name, rules] : facts) {
    for (const auto& rule : rules) {
      if (!root) root = rule.oid;
      const auto a = root->arcs();
      const auto b = rule.oid.arcs();
      const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
      root = Oid{a.begin(), ends.first};
    }
  }
  return root.value_or(Oid{});
}

/// Every subtree that `signals` ask about, sorted.
std::vector<Oid> roots_of(const std::vector<Signal>& signals) {
  std::set<Oid> all;
  for (const auto& signal : signals) {
    all.insert(signal.present.begin(), signal.present.end());
    all.insert(signal.absent.begin(), signal.absent.end());
    if (signal.value) all.insert(*signal.value);
  }
  return {all.begin(), all.end()};
}

}  // namespace

void Knowledge::add(Vendor vendor) {
  vendors.push_back(std::move(vendor));
  index(vendors.size() - 1);
}

void Knowledge::index(std::size_t vendor) {
  for (const auto number : vendors[vendor].enterprises) owners_.emplace(number, vendor);
}

const Vendor* Knowledge::by_enterprise(std::uint32_t number) const {
  const auto owner = owners_.find(number);
  return owner == owners_.end() ? nullptr : &vendors[owner->second];
}

const Vendor* Knowledge::by_words(std::string_view sys_descr) const {
  const auto found = vendor_words_.found_in(sys_descr);
  return found.empty() ? nullptr : &vendors.at(found.front());
}

std::vector<bool> Knowledge::said_by_words(std::string_view sys_descr) const {
  std::vector<bool> said;
  said.reserve(signals.size());
  for (const auto& signal : signals) said.push_back(signal.sys_descr.empty());
  for (const auto place : signal_words_.found_in(sys_descr)) said.at(place) = true;
  return said;
}

void Knowledge::prepare() {
  owners_.clear();
  for (std::size_t i = 0; i < vendors.size(); ++i) index(i);
  vendor_words_ = words_of(vendors);
  signal_words_ = words_of(signals);
  for (auto& known : objects) known.root = root_of(known.facts);
  roots_ = roots_of(signals);
}

}  // namespace market
