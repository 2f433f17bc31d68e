// marketctl import: what is running in a market, as a design to begin from (daemon/takeover).
//
// Asks only: a sweep, then every switch and access point through its profile, and what each says of
// its neighbours; then the kernel of this machine, unless it is not the market's gateway.
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <thread>

#include <fmt/format.h>

#include "config/settings/settings.h"
#include "daemon/app/drivers.h"
#include "daemon/app/model.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/sweeping.h"
#include "daemon/cli/verbs.h"
#include "daemon/takeover/takeover.h"
#include "probes/device/snmp_driver.h"
#include "probes/io/asio_loop.h"
#include "probes/io/datagram.h"
#include "probes/snmp/blocking.h"
#include "probes/survey/start.h"

namespace market::cli {
namespace {

namespace po = boost::program_options;

/// Read side by side: enough to hide their round trips, few enough to stay polite.
constexpr std::size_t kReaders = 8;
/// One device says where others are within this, or not at all.
constexpr std::chrono::minutes kSurveyMax{3};
/// What breaks a rule as it was found may do so for so long, if nobody says otherwise.
constexpr std::chrono::hours kGrace{24 * 30};
/// Of a switch that no profile knows: what the standards say is tried.
constexpr const char* kAnySwitch = "qbridge-generic";

struct ImportWords {
  SweepWords sweep;
  takeover::Words words;
  std::string out;
  bool no_gateway = false;
};

Result<ImportWords> parse_words(const std::vector<std::string>& typed) {
  ImportWords words;
  po::options_description options{"marketctl import RANGE..."};
  words.sweep.describe(options);
  options.add_options()("site", po::value(&words.words.site),
                        "site id (default: what the devices' names begin with)")(
      "name", po::value(&words.words.name), "what the market is called")(
      "gateway", po::value(&words.words.gateway), "id of the gateway (default: gw1)")(
      "no-gateway", po::bool_switch(&words.no_gateway), "this machine is not the market's gateway")(
      "out", po::value(&words.out), "file to write (default: stdout)");
  if (auto read = words.sweep.read("import", typed, options); !read) {
    return tl::make_unexpected(std::move(read.error()));
  }
  if (auto settled = words.sweep.settle("import"); !settled) {
    return tl::make_unexpected(std::move(settled.error()));
  }
  words.words.waive_until = app::local_day(std::chrono::system_clock::now() + kGrace);
  return words;
}

/// The loop on a thread of its own, for questions that are waited for.
class Asking {
 public:
  [[nodiscard]] Result<void> start() {
    auto wire = io::open_udp(loop_);
    if (!wire) return tl::make_unexpected(std::move(wire.error()));
    wire_ = std::move(*wire);
    client_ = snmp::make_client(loop_, *wire_);
    blocking_ = snmp::make_blocking(loop_, *client_);
    thread_ = std::thread{[this] { loop_.run(); }};
    return {};
  }
  Asking() = default;
  ~Asking() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    runs_.clear();
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  [[nodiscard]] snmp::BlockingClient& client() { return *blocking_; }

  [[nodiscard]] survey::DeviceSurvey survey(const snmp::Target& target, snmp::Patience patience) {
    const auto told = io::post_and_wait<survey::DeviceSurvey>(
        loop_, kSurveyMax, [&, this](std::function<void(survey::DeviceSurvey)> done) {
          survey::SurveyOptions options;
          options.patience = patience;
          runs_.push_back(survey::start_survey(*client_, target, options, std::move(done)));
        });
    if (told) return *told;
    survey::DeviceSurvey nothing;
    nothing.gaps.emplace_back("neighbours: no end of them within three minutes");
    return nothing;
  }

 private:
  io::AsioLoop loop_;
  std::unique_ptr<io::Wire> wire_;
  std::unique_ptr<snmp::Client> client_;
  std::unique_ptr<snmp::BlockingClient> blocking_;
  std::vector<std::unique_ptr<survey::Run>> runs_;  ///< the loop's; of this thread when it ended
  std::thread thread_;
};

bool is_managed(DeviceClass device_class) {
  return device_class == DeviceClass::Switch || device_class == DeviceClass::AccessPoint;
}

void read_one(const ProfileSet& profiles, const sweep::SweepOptions& options, Asking& asking,
              takeover::FoundDevice& device) {
  const auto& what = device.sighting.identification;
  if (!is_managed(what.device_class)) return;
  device.profile = what.profile;
  if (device.profile.empty() && what.device_class == DeviceClass::Switch) {
    device.profile = kAnySwitch;
  }
  snmp::Target target{
      .address = device.sighting.address, .port = device.sighting.port, .credentials = {}};
  for (const auto& each : options.credentials) {
    if (each.id == device.sighting.credentials) target.credentials = each;
  }
  const auto* profile = profiles.find(device.profile);
  std::unique_ptr<device::Driver> driver;
  if (profile != nullptr) {
    driver = device::make_snmp_driver(
        asking.client(), {.read = target, .write = target, .patience = options.patience}, *profile);
  }
  device.observed = app::observe_one(driver.get(), "no profile knows it");
  if (device.observed.reached) device.survey = asking.survey(target, options.patience);
}

Result<void> read_all(const ProfileSet& profiles, const sweep::SweepOptions& options,
                      std::vector<takeover::FoundDevice>& devices) {
  Asking asking;
  if (auto started = asking.start(); !started) return started;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < devices.size(); i = next++) {
      read_one(profiles, options, asking, devices[i]);
    }
  };
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < std::min(kReaders, devices.size()); ++i) readers.emplace_back(work);
  for (auto& reader : readers) reader.join();
  return {};
}

/// marketd marks the links that it makes: "marketd:<site>". Empty = there is none.
std::string site_of(const std::vector<netlink::Link>& links) {
  static const std::string kMark = "marketd:";
  for (const auto& link : links) {
    if (link.alias.starts_with(kMark)) return link.alias.substr(kMark.size());
  }
  return {};
}

Result<takeover::FoundGateway> read_gateway(ImportWords& words) {
  auto kernel = netlink::open_kernel();
  if (!kernel) return tl::make_unexpected(std::move(kernel.error()));
  auto queues = netlink::open_queues();
  if (!queues) return tl::make_unexpected(std::move(queues.error()));
  takeover::FoundGateway gateway;
  auto links = (*kernel)->links();
  if (!links) return tl::make_unexpected(std::move(links.error()));
  gateway.links = std::move(*links);
  if (auto neighbours = (*kernel)->neighbours()) gateway.neighbours = std::move(*neighbours);
  if (words.words.site.empty()) words.words.site = site_of(gateway.links);
  const auto driver = app::gateway_driver(**kernel, **queues, words.words.site,
                                          words.sweep.settings.state_directory);
  gateway.observed = app::observe_one(driver.get(), "");
  if (!gateway.observed.reached) return fail(Errc::Io, gateway.observed.reason);
  return gateway;
}

bool written(const std::string& text, const std::string& path) {
  if (path.empty()) {
    std::cout << text << std::flush;
    return static_cast<bool>(std::cout);
  }
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text << std::flush;
  return static_cast<bool>(file);
}

int tell(const Invocation& invocation, const ImportWords& words, const takeover::TakenOver& taken) {
  auto text = taken.text;
  if (invocation.output == Output::Json) {
    text =
        Json{{"design", taken.text}, {"left_out", taken.left_out}, {"to_decide", taken.to_decide}}
            .dump(2, ' ', false, Json::error_handler_t::replace) +
        "\n";
  }
  if (!written(text, words.out)) return complain("'" + words.out + "' cannot be written", kFailed);
  for (const auto& line : taken.left_out) std::cerr << "not expressed: " << line << "\n";
  for (const auto& line : taken.to_decide) std::cerr << "to decide: " << line << "\n";
  std::cerr << fmt::format("{} switches, {} access points, {} zones, {} stalls{}\n", taken.switches,
                           taken.access_points, taken.zones, taken.stalls,
                           words.out.empty() ? "" : ": " + words.out);
  return taken.left_out.empty() ? kDone : kFindings;
}

}  // namespace

int import_market(const Invocation& invocation) {
  auto words = parse_words(invocation.words);
  if (!words) return complain(words.error().message, kUsage);
  const auto profiles = load_profiles(words->sweep.profiles, Expressions::OnUse);
  if (!profiles.profiles) {
    for (const auto& problem : profiles.problems) std::cerr << problem.to_string() << "\n";
    return complain("the device profiles in '" + words->sweep.profiles + "' cannot be used",
                    kFailed);
  }
  const auto swept = run_sweep(*profiles.profiles, words->sweep.options);
  if (!swept) return complain(swept.error().message, kFailed);
  for (const auto& refused : swept->refused) std::cerr << words_of(refused) << "\n";
  takeover::Found found;
  for (const auto& sighting : swept->sightings) found.devices.push_back({sighting, {}, {}, {}});
  if (auto read = read_all(*profiles.profiles, words->sweep.options, found.devices); !read) {
    return complain(read.error().message, kFailed);
  }
  if (!words->no_gateway) {
    auto gateway = read_gateway(*words);
    if (!gateway) {
      return complain("this machine as the gateway: " + gateway.error().message +
                          "; say --no-gateway if it is none",
                      kFailed);
    }
    found.gateway = std::move(*gateway);
  }
  const auto taken = takeover::take_over(found, *profiles.profiles, words->words);
  if (!taken) return complain(taken.error().message, kFailed);
  return tell(invocation, *words, *taken);
}

}  // namespace market::cli
