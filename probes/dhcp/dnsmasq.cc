#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "probes/dhcp/server.h"
#include "probes/io/command.h"

namespace market::dhcp {
namespace {

namespace fs = std::filesystem;

/// It checks its file, opens its sockets and goes into the background: far under a second.
constexpr std::chrono::seconds kLimit{10};
/// How long it may take to end, in looks of 20 ms.
constexpr int kLooks = 150;
constexpr std::chrono::milliseconds kLook{20};
/// Where options are that were not written by us.
constexpr const char* kByHand = "by hand";

std::string read_file(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Its last words begin with an empty line.
std::string last_words(const std::string& text) {
  const auto begin = std::min(text.find_first_not_of('\n'), text.size());
  return text.substr(begin, text.find('\n', begin) - begin);
}

class Dnsmasq final : public Server {
 public:
  explicit Dnsmasq(std::string folder) : folder_{std::move(folder)} {}

  Result<ServerOptions> read() override {
    if (io::find_program("dnsmasq").empty()) return not_installed();
    if (running() == 0 || is_newer_than_process()) return ServerOptions{};
    return parse(read_file(path("conf")));
  }

  Result<void> change(const ServerOptions& options) override {
    if (io::find_program("dnsmasq").empty()) return not_installed();
    if (options.empty()) {
      if (auto ended = end(); !ended) return ended;
      std::error_code error;
      fs::remove(path("conf"), error);
      if (error) return fail(Errc::Io, "'" + path("conf") + "': " + error.message());
      return {};
    }
    const auto draft = path("conf.new");
    std::ofstream file{draft};
    file << text_of(options) << std::flush;
    if (!file) return fail(Errc::Io, "'" + draft + "' cannot be written");
    if (auto checked = run({"dnsmasq", "--test", "-C", draft}); !checked) return checked;
    if (auto ended = end(); !ended) return ended;
    std::error_code error;
    fs::rename(draft, path("conf"), error);
    if (error) return fail(Errc::Io, "'" + draft + "': " + error.message());
    return run({"dnsmasq", "-C", path("conf")});
  }

 private:
  [[nodiscard]] std::string path(const std::string& end) const {
    return folder_ + "/dnsmasq." + end;
  }

  static tl::unexpected<Error> not_installed() {
    return fail(Errc::Unsupported, "'dnsmasq' is not installed: apt-get install dnsmasq-base");
  }

  static Result<void> run(const std::vector<std::string>& command) {
    auto done = io::run_command(command, "", kLimit);
    if (!done) return tl::make_unexpected(std::move(done.error()));
    if (done->status == 0) return {};
    return fail(Errc::Refused, last_words(done->err.empty() ? done->out : done->err));
  }

  /// The process id of the server that we started; 0 = it does not run.
  [[nodiscard]] pid_t running() const {
    pid_t pid = 0;
    std::istringstream{read_file(path("pid"))} >> pid;
    if (pid <= 1 || read_file("/proc/" + std::to_string(pid) + "/comm") != "dnsmasq\n") return 0;
    const auto arguments = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    return arguments.find(path("conf")) == std::string::npos ? 0 : pid;
  }

  [[nodiscard]] bool is_newer_than_process() const {
    std::error_code error;
    const auto file = fs::last_write_time(path("conf"), error);
    const auto process = error ? file : fs::last_write_time(path("pid"), error);
    return error || file > process;
  }

  Result<void> end() {
    const auto pid = running();
    if (pid == 0) return {};
    ::kill(pid, SIGTERM);
    for (int look = 0; look < kLooks; ++look) {
      if (running() == 0) return {};
      std::this_thread::sleep_for(kLook);
    }
    return fail(Errc::Silent, "dnsmasq, process " + std::to_string(pid) + ", does not end");
  }

  [[nodiscard]] std::string head() const {
    std::string text =
        "# Made by marketd from the design. What is changed here by hand is found, and undone.\n"
        "pid-file=" +
        path("pid") + "\ndhcp-leasefile=" + path("leases") +
        "\nbind-dynamic\nexcept-interface=lo\nno-hosts\ndhcp-authoritative\n";
    // Elsewhere there may be no other user to become; it keeps the capabilities that it needs.
    // An empty group: none is given up, which a user namespace does not allow.
    if (::geteuid() == 0) text += "user=root\ngroup=\n";
    return text;
  }

  [[nodiscard]] std::string text_of(const ServerOptions& options) const {
    std::string text = head();
    for (const auto& [name, lines] : options) {
      text += "# [" + name + "]\n";
      for (const auto& line : lines) text += line + "\n";
    }
    return text;
  }

  [[nodiscard]] ServerOptions parse(const std::string& text) const {
    ServerOptions options;
    auto section = std::string{kByHand};
    const bool ours = text.starts_with(head());
    std::istringstream lines{ours ? text.substr(head().size()) : text};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# [") && line.ends_with(']')) {
        section = line.substr(3, line.size() - 4);
      } else if (!line.empty() && !line.starts_with('#')) {
        options[section].push_back(line);
      }
    }
    return options;
  }

  std::string folder_;
};

}  // namespace

std::unique_ptr<Server> make_dnsmasq(std::string folder) {
  return std::make_unique<Dnsmasq>(std::move(folder));
}

std::string dnsmasq_leases(const std::string& folder) { return folder + "/dnsmasq.leases"; }

}  // namespace market::dhcp
