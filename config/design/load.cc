#include "config/design/load.h"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "config/design/model.h"
#include "config/design/reading.h"
#include "config/design/rules.h"
#include "config/yaml/document.h"

namespace market {
namespace {

using design::Part;
using design::Reading;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// The newest vocabulary this version understands.
constexpr std::int64_t kSchema = 1;

struct Section {
  Part part;
  void (*read)(MapReader& top, Reading& reading);
};
constexpr std::array kSections{
    Section{Part::Site, design::read_site},
    Section{Part::Zones, design::read_zones},
    Section{Part::Services, design::read_services},
    Section{Part::Methods, design::read_methods},
    Section{Part::Policy, design::read_policy},
    Section{Part::Gateway, design::read_gateway},
    Section{Part::Roles, design::read_port_roles},
    Section{Part::Switches, design::read_switches},
    Section{Part::Aps, design::read_aps},
    Section{Part::Ssids, design::read_ssids},
    Section{Part::Stalls, design::read_stalls},
    Section{Part::Acceptance, design::read_acceptance},
};

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest.at(i));
  return text;
}

/// A file of a newer schema, or one that rests on others, means more than we can read in it: that
/// is the one thing to say about it.
bool refused_as_a_whole(const Node& root, yaml::Findings& findings) {
  if (const Node* schema = root.find("schema"); schema != nullptr && !schema->quoted) {
    const std::string& text = schema->text;
    const bool number = !text.empty() && text.front() != '0' && text.size() < 10 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (number && std::stoll(text) > kSchema) {
      findings.error(
          "D009", schema->position,
          fmt::format("schema {} is newer than this program, which knows {}", text, kSchema),
          "update marketd");
      return true;
    }
  }
  for (const yaml::Entry& entry : root.entries) {
    if (entry.key != "extends") continue;
    findings.error("D009", entry.key_position,
                   "'extends': overlays are not available in this version",
                   "write the values of the other file into this one and remove 'extends'");
    return true;
  }
  return false;
}

void mark_all_incomplete(Reading& reading) {
  for (const Section& section : kSections) reading.incomplete.insert(section.part);
}

void read_all(const Node& root, Reading& reading) {
  std::size_t losses = 0;
  {
    MapReader top{root, "the design", reading.findings};
    static_cast<void>(top.integer("schema", Need::Required, {1, kSchema}));
    static_cast<void>(top.word("kind", Need::Required, {"market-design"}));
    for (const Section& section : kSections) {
      losses = reading.findings.losses();
      section.read(top, reading);
      if (reading.findings.losses() != losses) reading.incomplete.insert(section.part);
    }
    losses = reading.findings.losses();
  }
  // A mistyped key at the top hides a whole part, and we do not know which: its names are lost.
  if (reading.findings.losses() == losses) {
    reading.resolve();
  } else {
    mark_all_incomplete(reading);
  }
}

}  // namespace

LoadedDesign parse_design(std::string_view text, const std::string& file) {
  yaml::Document document = yaml::parse(text, file);
  yaml::Findings findings;
  const bool whole = document.problems.empty();
  findings.add(std::move(document.problems));
  LoadedDesign loaded;
  if (document.root && !refused_as_a_whole(*document.root, findings)) {
    Reading reading{findings};
    read_all(*document.root, reading);
    if (!whole) mark_all_incomplete(reading);
    design::check_rules(design::Model{reading.design, findings}, reading.incomplete, findings);
    loaded.design = std::move(reading.design);
    loaded.design->file = file;
    loaded.design->digest = sha256(text);
  }
  loaded.problems = findings.take_sorted();
  if (has_errors(loaded.problems)) loaded.design.reset();
  return loaded;
}

LoadedDesign load_design(const std::string& path) {
  const auto text = yaml::read_file(path);
  if (text) return parse_design(*text, path);
  yaml::Findings findings;
  findings.error("D001", {path, 0, 0}, text.error().message);
  return {std::nullopt, findings.take_sorted()};
}

}  // namespace market
