#include "tests/integration/snmp/snmpd.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace market::test {
namespace {

constexpr const char* kProgram = "/usr/sbin/snmpd";

std::filesystem::path make_folder() {
  std::string name = "/tmp/market-snmpd-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"cannot make a folder in /tmp"};
  return name;
}

// Between fork and exec: only what is safe in the child of a program with threads. The agent dies
// with the test, even one that is killed, and does not hold the test's output open.
[[noreturn]] void become_agent(char* const* arguments, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  ::execve(kProgram, arguments, environment);
  ::_exit(127);
}

/// Named by their hash; each may read and write, with authentication and privacy.
std::string users_of_all_hashes() {
  std::string lines;
  for (const std::string hash : {"SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}) {
    lines += "createUser " + hash + " " + hash + " \"" + Snmpd::kAuthPassphrase + "\" AES \"" +
             Snmpd::kPrivPassphrase + "\"\nrwuser " + hash + " authpriv\n";
  }
  return lines;
}

}  // namespace

std::uint16_t free_udp_port() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error{"no free UDP port on loopback"};
  return ntohs(address.sin_port);
}

bool Snmpd::available() { return ::access(kProgram, X_OK) == 0; }

bool Snmpd::has_ipv6() {
  std::ifstream addresses{"/proc/net/if_inet6"};
  const std::string text{std::istreambuf_iterator<char>{addresses}, {}};
  return text.find("00000000000000000000000000000001 ") != std::string::npos;
}

Snmpd::Snmpd(std::string extra)
    : folder_{make_folder()}, port_{free_udp_port()}, extra_{std::move(extra)} {
  start();
}

Snmpd::~Snmpd() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Snmpd::start() {
  std::filesystem::create_directories(folder_ / "state");
  const auto config = folder_ / "snmpd.conf";
  std::ofstream{config} << "agentaddress udp:127.0.0.1:" << port_
                        << (has_ipv6() ? ",udp6:[::1]:" + std::to_string(port_) : "") << "\n"
                        << "rocommunity6 " << kReadCommunity << " ::1\n"
                        << "rocommunity " << kReadCommunity << " 127.0.0.1\n"
                        << "rwcommunity " << kWriteCommunity << " 127.0.0.1\n"
                        << "createUser " << kPrivUser << " SHA-256 \"" << kAuthPassphrase
                        << "\" AES \"" << kPrivPassphrase << "\"\n"
                        << "createUser " << kAuthUser << " SHA \"" << kAuthPassphrase << "\"\n"
                        << users_of_all_hashes() << "rwuser " << kPrivUser << " authpriv\n"
                        << "rouser " << kAuthUser << " authnopriv\n"
                        << extra_ << "\n";
  std::vector<std::string> words{kProgram, "-Lf", (folder_ / "log").string(), "-f", "-I", "-smux"};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string state = "SNMP_PERSISTENT_DIR=" + (folder_ / "state").string();
  std::string mibs = "MIBS=";
  // In place of -C -c: these keep the agent's boots counter and engine id over a restart.
  std::string path = "SNMPCONFPATH=" + folder_.string() + ":" + (folder_ / "state").string();
  std::array<char*, 4> environment{state.data(), mibs.data(), path.data(), nullptr};
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error{"cannot start snmpd"};
  if (pid_ == 0) become_agent(arguments.data(), environment.data());
}

void Snmpd::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Snmpd::wipe_state() { std::filesystem::remove_all(folder_ / "state"); }

}  // namespace market::test
