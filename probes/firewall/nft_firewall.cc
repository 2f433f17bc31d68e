#include <utility>

#include "probes/firewall/firewall.h"
#include "probes/io/command.h"

namespace market::firewall {
namespace {

/// A transaction of thousands of rules takes nft well under a second.
constexpr std::chrono::seconds kLimit{20};

/// The first line of what nft says, without the file name that it made up.
std::string first_line(const std::string& text) {
  auto line = text.substr(0, text.find('\n'));
  if (line.starts_with("/dev/stdin:")) line.erase(0, sizeof("/dev/stdin:") - 1);
  return line;
}

Result<io::Finished> nft(std::vector<std::string> arguments, std::string_view input) {
  arguments.insert(arguments.begin(), "nft");
  auto done = io::run_command(arguments, input, kLimit);
  if (!done && done.error().code == Errc::NotFound) {
    return fail(Errc::Unsupported, done.error().message + ": apt-get install nftables");
  }
  return done;
}

class NftFirewall final : public Firewall {
 public:
  Result<Ruleset> read() override {
    auto done = nft({"-s", "list", "table", "inet", "marketd"}, "");
    if (!done) return tl::make_unexpected(std::move(done.error()));
    if (done->status == 0) return parse_listing(done->out);
    if (done->err.find("No such file or directory") != std::string::npos) return Ruleset{};
    return fail(Errc::Refused, "nft: " + first_line(done->err));
  }

  Result<void> change(const Ruleset& before, const Ruleset& after) override {
    const auto script = transaction(before, after);
    if (script.empty()) return {};
    auto done = nft({"-f", "-"}, script);
    if (!done) return tl::make_unexpected(std::move(done.error()));
    if (done->status == 0) return {};
    return fail(Errc::Refused, "nft: " + first_line(done->err));
  }
};

}  // namespace

std::unique_ptr<Firewall> make_nft_firewall() { return std::make_unique<NftFirewall>(); }

}  // namespace market::firewall
