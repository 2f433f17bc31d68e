// marketsim: a whole simulated market made from a design. See marketsim(1).
//
// Exit status: 0 done, 1 failed, 64 not understood.

#include <malloc.h>

#include <cmath>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "config/design/load.h"
#include "config/types/ip_address.h"
#include "tests/sim/agent_options.h"
#include "tests/sim/control.h"
#include "tests/sim/control_door.h"
#include "tests/sim/example.h"
#include "tests/sim/server.h"

namespace market::sim {
namespace {

namespace po = boost::program_options;
using Arguments = std::vector<std::string>;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 64;

int failed(const std::string& message) {
  std::cerr << "marketsim: " << message << '\n';
  return kFailed;
}

/// Parses options and at most `positional` words into `what`. Throws po::error.
po::variables_map parse(const Arguments& arguments, const po::options_description& options,
                        const char* what, int positional) {
  po::positional_options_description words;
  if (positional != 0) words.add(what, positional);
  po::variables_map values;
  po::store(po::command_line_parser(arguments).options(options).positional(words).run(), values);
  po::notify(values);
  return values;
}

po::options_description run_options() {
  po::options_description options{"marketsim run DESIGN"};
  add_agent_options(options);
  options.add_options()("help,h", "show this")                                                //
      ("design", po::value<std::string>(), "the design file (also without --design)")         //
      ("port", po::value<std::uint16_t>()->default_value(161), "UDP port of all agents")      //
      ("bind", po::value<std::string>()->default_value("0.0.0.0"), "address to listen on")    //
      ("factory-fresh", "devices come out of the box (default)")                              //
      ("as-built", "devices are configured as the design says")                               //
      ("control", po::value<std::string>()->default_value(""), "path of the control socket")  //
      ("leave-out", po::value<Arguments>()->multitoken(), "ids that are not plugged in yet")  //
      ("tcp", "listen for terminals with a tcp-port and for services with addresses")         //
      ("link", po::value<Arguments>()->multitoken(),
       "LINK=GATEWAY/LENGTH: play Ethernet there, a MAC for each device")  //
      ("kernel-link", po::value<std::string>()->default_value(""),
       "HOST0=HOST1: the kernel's and our end of a link for TCP")                              //
      ("genuine", po::value<Arguments>()->multitoken(), "addresses that other programs play")  //
      ("dhcp", "access points and terminals ask for a lease when they come up (with --link)")  //
      ("trap-to", po::value<std::string>()->default_value(""),
       "ADDRESS[:PORT]: agents tell this manager of starts and links")                           //
      ("trap-form", po::value<std::string>()->default_value("v2c"), "v1, v2c or inform")         //
      ("reboot-seconds", po::value<double>()->default_value(2), "silence of a starting device")  //
      ("seed", po::value<std::uint64_t>()->default_value(1), "of everything that looks random");
  return options;
}

po::options_description example_options() {
  const ExampleOptions usual;
  po::options_description options{"marketsim example"};
  options.add_options()("help,h", "show this")                                            //
      ("stalls", po::value<std::size_t>()->default_value(usual.stalls), "stalls in all")  //
      ("terminals", po::value<std::size_t>(), "terminals (default: 52 % of the stalls)")  //
      ("snmp-percent", po::value<std::size_t>()->default_value(usual.snmp_percent),
       "terminals that speak SNMP")                                                             //
      ("aps", po::value<std::size_t>()->default_value(usual.aps), "access points")              //
      ("switches", po::value<std::size_t>(), "switches (default: 8, or as many as it takes)")   //
      ("switch-ports", po::value<std::size_t>(), "24 or 48 (default: what does)")               //
      ("supernet", po::value<std::string>()->default_value(usual.supernet), "holds all zones")  //
      ("service-net", po::value<std::string>()->default_value(""),
       "/24 of the services (default: documentation addresses)")                       //
      ("site", po::value<std::string>()->default_value(usual.site), "id of the site")  //
      ("name", po::value<std::string>()->default_value(usual.name), "name of the site");
  return options;
}

/// The world of a design file. The design, many times as large, is gone when this returns.
Result<World> load_world(const std::string& path, const WorldOptions& options) {
  const LoadedDesign loaded = load_design(path);
  for (const Diagnostic& problem : loaded.problems) std::cerr << problem.to_string() << '\n';
  if (!loaded.design) return fail(Errc::InvalidDesign, "the design has errors");
  return World::build(*loaded.design, options);
}

/// A repeated option's words.
Arguments words_of(const po::variables_map& values, const char* option) {
  return values.count(option) == 0 ? Arguments{} : values[option].as<Arguments>();
}

WorldOptions world_options(const po::variables_map& values) {
  if (values.count("factory-fresh") + values.count("as-built") > 1) {
    throw po::error("a market is either factory-fresh or as built");
  }
  const double seconds = values["reboot-seconds"].as<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 3600) {
    throw po::error("--reboot-seconds is 0..3600");
  }
  WorldOptions options;
  if (values.count("as-built") != 0) options.birth = Birth::AsBuilt;
  options.seed = values["seed"].as<std::uint64_t>();
  options.reboot = Time{static_cast<std::int64_t>(seconds * 1e6)};
  for (const auto& id : words_of(values, "leave-out")) options.left_out.insert(id);
  return options;
}

WireOptions wire_options(const po::variables_map& values) {
  WireOptions options;
  options.snmp_port = values["port"].as<std::uint16_t>();
  options.ask_leases = values.count("dhcp") != 0;
  for (const std::string& text : words_of(values, "link")) {
    auto link = WireLink::parse(text);
    if (!link) throw po::error("--link: " + link.error().message);
    options.links.push_back(std::move(*link));
  }
  for (const std::string& text : words_of(values, "genuine")) {
    const auto address = IpAddress::parse(text);
    if (!address || !address->is_v4()) throw po::error("--genuine: no IPv4 address: " + text);
    options.genuine.insert(address->v4_number());
  }
  return options;
}

TrapOptions trap_options(const po::variables_map& values) {
  const auto to = values["trap-to"].as<std::string>();
  Result<TrapOptions> options = to.empty() ? TrapOptions{} : TrapOptions::parse(to);
  if (!options) throw po::error("--trap-to: " + options.error().message);
  const auto form = trap_form_of(values["trap-form"].as<std::string>());
  if (!form) throw po::error("--trap-form is v1, v2c or inform");
  options->form = *form;
  options->community = values["read-community"].as<std::string>();
  return std::move(*options);
}

int run(const Arguments& arguments) {
  const auto options = run_options();
  const auto values = parse(arguments, options, "design", 1);
  if (values.count("help") != 0) {
    std::cout << options;
    return kDone;
  }
  if (values.count("design") == 0) throw po::error("which design?");
  const AgentOptions agents = agent_options(values);
  auto world = load_world(values["design"].as<std::string>(), world_options(values));
  if (!world) return failed(world.error().message);
  malloc_trim(0);  // gives back what the design took

  ServerOptions server;
  server.bind = values["bind"].as<std::string>();
  server.port = values["port"].as<std::uint16_t>();
  server.control = values["control"].as<std::string>();
  server.wire = wire_options(values);
  server.traps = trap_options(values);
  server.inner = values["kernel-link"].as<std::string>();
  if (values.count("tcp") != 0) server.tcp = Tcp::Open;
  const auto served = serve(*world, agents, server);
  return served ? kDone : failed(served.error().message);
}

/// --control comes first; what follows belongs to the verb, dashes and all.
int ctl(Arguments arguments) {
  std::string path;
  if (arguments.size() >= 2 && arguments[0] == "--control") {
    path = arguments[1];
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  } else if (!arguments.empty() && arguments[0].rfind("--control=", 0) == 0) {
    path = arguments[0].substr(10);
    arguments.erase(arguments.begin());
  }
  if (path.empty() || arguments.empty()) {
    throw po::error("usage: marketsim ctl --control PATH VERB ARGS...; the verb 'help' lists them");
  }
  std::string line = arguments[0];
  for (std::size_t i = 1; i < arguments.size(); ++i) line += ' ' + quote_word(arguments[i]);
  const auto answer = ask_control(path, line);
  if (!answer) return failed(answer.error().message);
  std::cout << *answer;
  return kDone;
}

int example(const Arguments& arguments) {
  const auto options = example_options();
  const auto values = parse(arguments, options, "", 0);
  if (values.count("help") != 0) {
    std::cout << options;
    return kDone;
  }
  ExampleOptions wanted;
  wanted.stalls = values["stalls"].as<std::size_t>();
  if (values.count("terminals") != 0) wanted.terminals = values["terminals"].as<std::size_t>();
  wanted.snmp_percent = values["snmp-percent"].as<std::size_t>();
  wanted.aps = values["aps"].as<std::size_t>();
  if (values.count("switch-ports") != 0) {
    wanted.switch_ports = values["switch-ports"].as<std::size_t>();
  }
  if (values.count("switches") != 0) wanted.switches = values["switches"].as<std::size_t>();
  wanted.supernet = values["supernet"].as<std::string>();
  wanted.service_net = values["service-net"].as<std::string>();
  wanted.site = values["site"].as<std::string>();
  wanted.name = values["name"].as<std::string>();
  const auto plan = plan_market(wanted);
  if (!plan) return failed(plan.error().message);
  std::cout << write_design(*plan);
  return std::cout.flush() ? kDone : failed("cannot write the design");
}

constexpr const char* kHelp =
    "marketsim run DESIGN [options]       plays the market until 'quit' or a signal\n"
    "marketsim ctl --control PATH VERB    does something to a running market\n"
    "marketsim example [options]          prints a design\n"
    "'--help' behind run or example lists the options; see also marketsim(1).\n";

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    std::cerr << kHelp;
    return kUsage;
  }
  const Arguments rest{arguments.begin() + 1, arguments.end()};
  if (arguments[0] == "run") return run(rest);
  if (arguments[0] == "ctl") return ctl(rest);
  if (arguments[0] == "example") return example(rest);
  if (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    std::cout << kHelp;
    return kDone;
  }
  throw po::error("there is no command '" + arguments[0] + "'; try 'marketsim --help'");
}

}  // namespace
}  // namespace market::sim

int main(int count, char** words) {
  try {
    return market::sim::dispatch({words + 1, words + count});
  } catch (const boost::program_options::error& problem) {
    std::cerr << "marketsim: " << problem.what() << '\n';
    return market::sim::kUsage;
  } catch (const std::exception& problem) {
    std::cerr << "marketsim: " << problem.what() << '\n';
    return market::sim::kFailed;
  }
}
