#include "tests/sim/agent_options.h"

#include <string>

namespace market::sim {
namespace {

namespace po = boost::program_options;

UsmOptions usm_options(const po::variables_map& values) {
  constexpr std::size_t kShortest = 8;  // RFC 3414, 11.2
  UsmOptions options;
  options.users = {values["read-user"].as<std::string>(), values["write-user"].as<std::string>()};
  const auto hash = hash_of(values["auth-protocol"].as<std::string>());
  if (!hash) throw po::error("--auth-protocol is SHA, SHA-224, SHA-256, SHA-384 or SHA-512");
  options.hash = *hash;
  options.auth_passphrase = values["auth-passphrase"].as<std::string>();
  options.priv_passphrase = values["priv-passphrase"].as<std::string>();
  for (const std::string& word : {options.auth_passphrase, options.priv_passphrase}) {
    if (!word.empty() && word.size() < kShortest) {
      throw po::error("a passphrase has at least 8 characters");
    }
  }
  if (options.auth_passphrase.empty() && !options.priv_passphrase.empty()) {
    throw po::error("--priv-passphrase needs --auth-passphrase");
  }
  return options;
}

Access communities_of(const std::string& word) {
  if (word == "write") return Access::Write;
  if (word == "read") return Access::Read;
  if (word == "none") return Access::Nothing;
  throw po::error("--communities is write, read or none");
}

}  // namespace

void add_agent_options(po::options_description& options) {
  options.add_options()("read-community", po::value<std::string>()->default_value("public"))  //
      ("write-community", po::value<std::string>()->default_value("private"))                 //
      ("communities", po::value<std::string>()->default_value("write"),
       "the most that SNMPv1 and v2c may do: write, read or none")                          //
      ("read-user", po::value<std::string>()->default_value("market-read"), "of SNMPv3")    //
      ("write-user", po::value<std::string>()->default_value("market-write"), "of SNMPv3")  //
      ("auth-protocol", po::value<std::string>()->default_value("SHA-256"),
       "SHA, SHA-224, SHA-256, SHA-384 or SHA-512")  //
      ("auth-passphrase", po::value<std::string>()->default_value(""),
       "of both users; without it the agents do not speak SNMPv3")  //
      ("priv-passphrase", po::value<std::string>()->default_value(""),
       "of both users; without it they sign and do not encrypt (AES)");
}

AgentOptions agent_options(const po::variables_map& values) {
  AgentOptions options;
  options.read_community = values["read-community"].as<std::string>();
  options.write_community = values["write-community"].as<std::string>();
  options.communities = communities_of(values["communities"].as<std::string>());
  options.usm = usm_options(values);
  return options;
}

}  // namespace market::sim
