#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "config/profile/build.h"
#include "config/profile/merge.h"
#include "config/profile/problems.h"
#include "config/profile/profile.h"
#include "config/profile/read_knowledge.h"
#include "config/profile/wireless_load.h"
#include "config/yaml/document.h"

namespace market {
namespace {

using profile::Problems;

/// The *.yaml files of `directory`, sorted; P001 when there are none.
std::vector<std::string> files_of(const std::string& directory, Problems& problems) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it{directory, error}, end; !error && it != end;
       it.increment(error)) {
    const auto& path = it->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (path.extension() == ".yaml" && !hidden) files.push_back(path.string());
  }
  std::sort(files.begin(), files.end());
  const SourcePosition whole{directory, 0, 0};
  if (error) {
    problems.add("P001", whole, "cannot read the profile directory: " + error.message());
  } else if (files.empty()) {
    problems.add("P001", whole, "there is no *.yaml file in the profile directory");
  }
  return files;
}

std::vector<yaml::Node> read_documents(const std::vector<std::string>& files, Problems& problems) {
  std::vector<yaml::Node> nodes;
  for (const auto& file : files) {
    for (auto& document : yaml::load_all(file)) {
      problems.take(document.problems);
      if (document.root && !has_errors(document.problems)) {
        nodes.push_back(*std::move(document.root));
      }
    }
  }
  return nodes;
}

/// P009: two profiles that nothing could choose between.
void check_ties(const std::vector<Profile>& profiles, Problems& problems) {
  std::map<std::pair<Oid, std::string>, const Profile*> owners;
  for (const auto& profile : profiles) {
    auto prefixes = profile.match.sys_object_id;
    if (prefixes.empty() && !profile.match.sys_descr.empty()) prefixes.emplace_back();
    for (const auto& prefix : prefixes) {
      const auto [owner, added] =
          owners.emplace(std::pair{prefix, profile.match.sys_descr}, &profile);
      if (added) continue;
      const std::string what =
          prefix.empty() ? "sysDescr '" + profile.match.sys_descr + "'" : prefix.to_string();
      problems.add_with_other("P009", profile.position, owner->second->position,
                              "profile '" + profile.id + "' matches " + what + ", and so does '" +
                                  owner->second->id + "'",
                              "make one of them longer, or tell them apart by sysDescr");
    }
  }
}

}  // namespace

LoadedProfiles load_profiles(const std::vector<std::string>& places, Expressions expressions) {
  Problems problems{expressions};
  std::vector<std::string> files;
  for (const auto& place : places) {
    std::error_code error;
    if (std::filesystem::is_regular_file(place, error)) {
      files.push_back(place);
    } else {
      const auto found = files_of(place, problems);
      files.insert(files.end(), found.begin(), found.end());
    }
  }
  ProfileSet set;
  auto documents = read_documents(files, problems);
  const auto first = std::stable_partition(documents.begin(), documents.end(),
                                           [](const auto& d) { return !profile::is_knowledge(d); });
  for (auto it = first; it != documents.end(); ++it) {
    profile::read_knowledge(*it, set.knowledge_, problems);
  }
  set.knowledge_.prepare();
  documents.erase(first, documents.end());
  set.wireless_maps_ = profile::take_wireless_maps(documents, problems);
  const auto by_id = profile::by_id(std::move(documents), problems);
  for (const auto& [id, node] : profile::merge_all(by_id, problems)) {
    set.profiles_.push_back(profile::build(id, node, problems));
  }
  check_ties(set.profiles_, problems);
  LoadedProfiles loaded;
  loaded.problems = problems.sorted();
  if (!has_errors(loaded.problems)) loaded.profiles = std::move(set);
  return loaded;
}

LoadedProfiles load_profiles(const std::string& directory, Expressions expressions) {
  return load_profiles(std::vector{directory}, expressions);
}

}  // namespace market
