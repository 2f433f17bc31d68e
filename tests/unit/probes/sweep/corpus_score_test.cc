// How well the shipped profiles identify recordings of real devices, against their labels, and how
// far that reaches beyond them.
//
// Each recording is identified twice:
//   known      with everything that is shipped
//   left out   as a device of a maker that nobody has written down: without the profiles, vendor
//              entries, objects and products of its maker (and of a tenth of the other makers, who
//              share its fold), without any signal that asks for an object of theirs, and without
//              makers.yaml, which is all about makers. What is left is the standards' MIBs, words
//              and the grammars of sysDescr.
// Prints both, the confusion tables, and every miss. corpus.h says when an answer is right.
// The recordings are not part of the project; without them the test is skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <iostream>
#include <set>
#include <thread>

#include "config/profile/profile.h"
#include "probes/snmp/recording.h"
#include "probes/sweep/sweep.h"
#include "tests/unit/probes/sweep/corpus.h"

namespace market::sweep {
namespace {

using corpus::Row;

constexpr std::size_t kFolds = 10;
constexpr std::size_t kThreads = 2;
const std::string kShipped = MARKET_SOURCE_DIR "/config/share/profiles";

struct Share {
  int right = 0;
  int all = 0;
  void count(bool good) {
    ++all;
    if (good) ++right;
  }
  void add(const Share& other) {
    right += other.right;
    all += other.all;
  }
  [[nodiscard]] double percent() const { return all == 0 ? 100 : 100.0 * right / all; }
};

class Score {
 public:
  void add(const Row& row, const Identification& what) {
    const auto said = to_string(what.device_class);
    const bool good = corpus::right_class(row, said);
    tell("class", row, row.at("class"), said, good);
    share["class, " + row.at("depth")].count(good);
    if (!good) ++confused[row.at("class") + " taken for " + said];
    if (said == "access-point") share["access point precision"].count(good);
    if (row.at("class") == "access-point") share["access point recall"].count(good);
    if (!row.at("vendor_hint").empty()) {
      const bool same = corpus::same_vendor(row.at("vendor_hint"), what.vendor);
      tell("vendor", row, row.at("vendor_hint"), what.vendor, same);
    }
    text("model", row, row.at("hardware"), what.model);
    text("firmware", row, row.at("version"), what.firmware);
    text("serial", row, row.at("serial"), what.serial);
  }

  void add(const Score& other) {
    for (const auto& [name, part] : other.share) share[name].add(part);
    for (const auto& [what, times] : other.confused) confused[what] += times;
    missed.insert(other.missed.begin(), other.missed.end());
  }

  void print(const std::string& title) const {
    std::cout << "---- " << title << "\n";
    for (const auto& [name, part] : share) {
      std::cout << name << ": " << part.right << " of " << part.all << ", " << part.percent()
                << " %\n";
    }
    for (const auto& [what, times] : confused) std::cout << "  " << what << ": " << times << "\n";
    for (const auto& miss : missed) std::cout << "    " << miss << "\n";
  }

  std::map<std::string, Share> share;
  std::map<std::string, int> confused;
  std::set<std::string> missed;  ///< "model: cisco ios_6500: 'cat6509', not 'SY10'"

 private:
  void tell(const std::string& name, const Row& row, const std::string& label,
            const std::string& ours, bool good) {
    share[name].count(good);
    if (good) return;
    missed.insert(name + ": " + row.at("vendor_hint") + " " + row.at("recording") + ": '" + label +
                  "', not '" + ours + "'");
  }
  void text(const std::string& name, const Row& row, const std::string& label,
            const std::string& ours) {
    if (label.empty() || label == "<private>") return;
    tell(name, row, label, ours, corpus::alike(label, ours));
  }
};

bool begins_with_any(const Oid& oid, const std::vector<Oid>& trees) {
  return std::any_of(trees.begin(), trees.end(),
                     [&](const Oid& tree) { return oid.starts_with(tree); });
}

bool asks_below(const Signal& signal, const std::vector<Oid>& trees) {
  const auto theirs = [&](const Oid& oid) { return begins_with_any(oid, trees); };
  return std::any_of(signal.sys_object_id.begin(), signal.sys_object_id.end(), theirs) ||
         std::any_of(signal.present.begin(), signal.present.end(), theirs) ||
         (signal.value && theirs(*signal.value));
}

void leave_out_rules(FactRules& facts, const std::vector<Oid>& trees) {
  for (auto& [name, rules] : facts) {
    std::erase_if(rules, [&](const FactRule& rule) { return begins_with_any(rule.oid, trees); });
  }
}

/// Without what is known of these makers.
ProfileSet without(ProfileSet set, const std::function<bool(const std::string&)>& is_left_out) {
  auto& known = set.knowledge_;
  std::vector<Oid> trees;
  for (const auto& vendor : known.vendors) {
    if (!is_left_out(vendor.name)) continue;
    for (const auto number : vendor.enterprises) trees.push_back({1, 3, 6, 1, 4, 1, number});
  }
  std::erase_if(set.profiles_, [&](const Profile& profile) { return is_left_out(profile.vendor); });
  std::erase_if(known.vendors, [&](const Vendor& vendor) { return is_left_out(vendor.name); });
  std::erase_if(known.objects, [&](const KnownObjects& of) { return is_left_out(of.maker); });
  for (auto& objects : known.objects) leave_out_rules(objects.facts, trees);
  std::erase_if(known.products, [&](const auto& it) { return begins_with_any(it.first, trees); });
  std::erase_if(known.signals, [&](const Signal& signal) { return asks_below(signal, trees); });
  known.prepare();
  return set;
}

ProfileSet loaded(const std::set<std::string>& but) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{kShipped}) {
    if (!but.contains(entry.path().filename())) files.push_back(entry.path());
  }
  auto profiles = load_profiles(files).profiles;
  EXPECT_TRUE(profiles.has_value());
  return std::move(profiles).value_or(ProfileSet{});
}

std::size_t fold_of(const std::string& maker) { return std::hash<std::string>{}(maker) % kFolds; }

/// What is shipped, and what is left of it without each tenth of the makers.
struct Sets {
  ProfileSet shipped = loaded({});
  std::vector<ProfileSet> left = [] {
    const auto of_no_maker = loaded({"makers.yaml"});
    std::vector<ProfileSet> sets;
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
      sets.push_back(without(of_no_maker, [fold](const std::string& maker) {
        return !maker.empty() && fold_of(maker) == fold;
      }));
    }
    return sets;
  }();
};

struct Scores {
  Score known;
  Score left_out;
  std::vector<std::string> by_name;  ///< recordings that are something else without their names
};

/// What people write into a device says nothing of what it is: sysContact, sysName, sysLocation.
bool needs_its_names(const ProfileSet& profiles, std::vector<snmp::VarBind> bindings,
                     const Identification& what) {
  const Oid system{1, 3, 6, 1, 2, 1, 1};
  std::erase_if(bindings, [&](const snmp::VarBind& binding) {
    return binding.oid.starts_with(system.child(4)) || binding.oid.starts_with(system.child(5)) ||
           binding.oid.starts_with(system.child(6));
  });
  const auto nameless = identify(profiles, bindings);
  return nameless.device_class != what.device_class || nameless.vendor != what.vendor ||
         nameless.model != what.model || nameless.firmware != what.firmware;
}

/// Every kThreads'th row from `first` on: the figures do not depend on who counts.
Scores scored(const Sets& sets, const std::vector<Row>& rows, const std::string& corpus,
              std::size_t first) {
  Scores scores;
  for (std::size_t i = first; i < rows.size(); i += kThreads) {
    const auto recording =
        snmp::read_recording(corpus::recording_of(corpus, rows[i]), rows[i].at("recording"));
    const Read read{recording.bindings};
    const auto what = identify(sets.shipped, read);
    if (needs_its_names(sets.shipped, recording.bindings, what)) {
      scores.by_name.push_back(rows[i].at("recording"));
    }
    scores.known.add(rows[i], what);
    scores.left_out.add(rows[i], identify(sets.left[fold_of(what.vendor)], read));
  }
  return scores;
}

TEST(CorpusScore, MeetsItsTargets) {
  const auto corpus = corpus::place();
  if (!corpus) GTEST_SKIP() << "no recordings in shared/corpus/visible beside the sources";
  const Sets sets;
  const auto rows = corpus::labels(*corpus);
  std::array<Scores, kThreads> parts;
  std::vector<std::thread> threads;
  for (std::size_t first = 0; first < kThreads; ++first) {
    threads.emplace_back([&, first] { parts.at(first) = scored(sets, rows, *corpus, first); });
  }
  for (auto& thread : threads) thread.join();
  Scores all;
  for (const auto& part : parts) EXPECT_THAT(part.by_name, ::testing::IsEmpty());
  for (const auto& part : parts) {
    all.known.add(part.known);
    all.left_out.add(part.left_out);
  }
  all.known.print("known");
  all.left_out.print("left out");
  auto& known = all.known.share;
  EXPECT_GE(known["class"].percent(), 97);
  EXPECT_GE(known["class, rich"].percent(), 99);
  EXPECT_GE(known["access point precision"].percent(), 97);
  EXPECT_GE(known["access point recall"].percent(), 97);
  EXPECT_GE(known["vendor"].percent(), 97);
  EXPECT_GE(known["model"].percent(), 90);
  EXPECT_GE(known["firmware"].percent(), 90);
  // What is reached, rounded down: a rule that pleases the recordings and hurts the rest shows
  // here.
  auto& left_out = all.left_out.share;
  EXPECT_GE(left_out["class"].percent(), 65);
  EXPECT_GE(left_out["model"].percent(), 69);
  EXPECT_GE(left_out["firmware"].percent(), 79);
}

}  // namespace
}  // namespace market::sweep
