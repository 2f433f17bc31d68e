#include "tests/unit/probes/sweep/corpus.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace market::corpus {
namespace {

const std::map<std::string, std::vector<std::string>> kSynonyms{
    {"adva", {"adva"}},
    {"aerohive", {"extreme", "aerohive"}},
    {"airespace", {"cisco"}},
    {"aix", {"ibm"}},
    {"alcatellucent", {"alcatel", "nokia"}},
    {"apc", {"apc", "eaton"}},
    {"arubapowerconnect", {"aruba"}},
    {"ats", {"ats"}},
    {"avocent", {"avocent", "vertiv"}},
    {"axis", {"axis"}},
    {"bcn", {"bluecat"}},
    {"bladeshelterpdu", {"bladeshelter"}},
    {"bluecoat", {"bluecoat"}},
    {"broadworks", {"broadsoft"}},
    {"brocade", {"brocade", "extreme"}},
    {"cambium", {"cambium", "motorola"}},
    {"carel", {"carel"}},
    {"checkpoint", {"checkpoint"}},
    {"cisco-old", {"cisco"}},
    {"coriant", {"infinera"}},
    {"cts", {"cts"}},
    {"edfa", {"cdata"}},
    {"emc", {"emc"}},
    {"emerson", {"vertiv"}},
    {"enterasys", {"extreme"}},
    {"extremeboss", {"extreme"}},
    {"extremevoss", {"extreme"}},
    {"force10", {"dell"}},
    {"gaia", {"checkpoint"}},
    {"ge", {"ge"}},
    {"generex-ups", {"generex"}},
    {"gos", {"greenbone"}},
    {"hanwhatechwin", {"hanwha"}},
    {"hp", {"hp", "hpe", "aruba"}},
    {"hpe", {"hp", "hpe", "aruba", "3par", "h3c"}},
    {"hwg-poseidon", {"hwgroup"}},
    {"ibmos", {"ibm", "lenovo"}},
    {"junos", {"juniper"}},
    {"konica", {"konicaminolta"}},
    {"linux", {"netsnmp", "linux"}},
    {"loadbalancer", {"loadbalancerorg"}},
    {"mcafeewebgateway", {"trellix", "mcafee"}},
    {"monowall", {"m0n0wall"}},
    {"motorola-cm", {"arris", "motorola"}},
    {"netagent2", {"voltronic"}},
    {"netvision", {"socomec"}},
    {"nokia", {"nokia"}},
    {"openaccess", {"netspire"}},
    {"panos", {"paloalto"}},
    {"powerwalker", {"voltronic", "cyberpower"}},
    {"pulse", {"juniper", "pulse"}},
    {"ribbon", {"ribbon", "eci"}},
    {"rittal", {"rittal", "carel"}},
    {"rs", {"rohde"}},
    {"samsungprinter", {"samsung"}},
    {"sangoma", {"sangoma"}},
    {"savin", {"ricoh"}},
    {"screenos", {"juniper"}},
    {"seagate", {"dothill", "seagate"}},
    {"siteboss", {"asentria"}},
    {"solaris", {"oracle"}},
    {"sonicwall", {"sonicwall"}},
    {"speedtouch", {"technicolor"}},
    {"trellix", {"trellix"}},
    {"truenas-scale", {"truenas"}},
    {"utax", {"kyocera", "utax"}},
    {"vertiv", {"vertiv", "avocent", "geist"}},
    {"webpower", {"ingrasys"}},
    {"windows", {"microsoft"}},
    {"wut", {"wt"}},
    {"zhone", {"dzs"}},
    {"zyxel", {"zyxel"}}};

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream in{line};
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

std::string reduced(const std::string& text) {
  std::string kept;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      kept += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  const bool versioned =
      kept.size() > 1 && kept[0] == 'v' && std::isdigit(static_cast<unsigned char>(kept[1])) != 0;
  return versioned ? kept.substr(1) : kept;
}

}  // namespace

std::optional<std::string> place() {
  for (const auto* from : {"/../shared/corpus/visible/", "/../../shared/corpus/visible/"}) {
    auto corpus = std::string{MARKET_SOURCE_DIR} + from;
    if (std::filesystem::exists(corpus)) return corpus;
  }
  return std::nullopt;
}

std::vector<Row> labels(const std::string& corpus) {
  std::vector<Row> rows;
  std::ifstream in{corpus + "labels.tsv"};
  std::string line;
  std::getline(in, line);
  const auto names = split(line, '\t');
  while (std::getline(in, line)) {
    const auto cells = split(line, '\t');
    Row row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    if (row["class"] != "context") rows.push_back(std::move(row));
  }
  return rows;
}

std::string recording_of(const std::string& corpus, const Row& row) {
  const auto path = corpus + row.at("recording") + ".snmprec";
  std::string text(std::filesystem::file_size(path), '\0');
  std::ifstream{path, std::ios::binary}.read(text.data(),
                                             static_cast<std::streamsize>(text.size()));
  return text;
}

bool right_class(const Row& row, const std::string& said) {
  const auto also = split(row.at("alt_class"), ',');
  return said == row.at("class") || std::find(also.begin(), also.end(), said) != also.end();
}

bool alike(const std::string& a, const std::string& b) {
  const auto x = reduced(a);
  const auto y = reduced(b);
  return !x.empty() && !y.empty() &&
         (x.find(y) != std::string::npos || y.find(x) != std::string::npos);
}

bool same_vendor(const std::string& hint, const std::string& vendor) {
  if (alike(hint, vendor)) return true;
  const auto known = kSynonyms.find(hint);
  if (known == kSynonyms.end()) return false;
  return std::any_of(known->second.begin(), known->second.end(), [&](const std::string& word) {
    return reduced(vendor).find(word) != std::string::npos;
  });
}

}  // namespace market::corpus
