#include "tests/sim/test/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace market::sim::test {
namespace {

/// A UDP port that nobody uses now.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  socklen_t size = sizeof address;
  if (bind(socket, generic, size) == 0) getsockname(socket, generic, &size);
  close(socket);
  return ntohs(address.sin_port);
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream{text};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// Starts a program with its standard error in a pipe; fills `errors` with the read end.
pid_t start(const std::vector<std::string>& words, int& errors) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  errors = ends[0];
  return child;
}

/// Reads until `word` has come, or the other end closes.
bool read_until(int descriptor, const std::string& word) {
  std::string seen;
  std::array<char, 512> buffer{};
  while (seen.find(word) == std::string::npos) {
    const auto count = read(descriptor, buffer.data(), buffer.size());
    if (count <= 0) {
      std::fputs(seen.c_str(), stderr);
      return false;
    }
    seen.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Output run_command(const std::string& command) {
  Output output;
  std::FILE* const pipe = popen(("MIBS= " + command).c_str(), "re");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.text.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) output.status = WEXITSTATUS(status);
  return output;
}

Folder::Folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "marketsim-XXXXXX";
  if (const char* const made = mkdtemp(pattern.data())) path_ = made;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RunningMarket::RunningMarket(const std::string& example, const std::string& options)
    : port_{free_port()} {
  const auto made = run_command(std::string{MARKETSIM} + " example --supernet 127.64.0.0/16 " +
                                example + " > " + design());
  if (made.status != 0) return;
  std::vector<std::string> words{MARKETSIM,   "run",    design(), "--port", std::to_string(port_),
                                 "--control", control()};
  for (const std::string& word : words_of(options)) words.push_back(word);
  pid_ = start(words, errors_);
  ready_ = pid_ > 0 && read_until(errors_, "SIM_READY");
}

RunningMarket::~RunningMarket() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    (void)wait();
  }
  if (errors_ >= 0) close(errors_);
}

int RunningMarket::wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Output RunningMarket::ctl(const std::string& verb) const {
  return run_command(std::string{MARKETSIM} + " ctl --control " + control() + " " + verb + " 2>&1");
}

Output RunningMarket::snmp(const std::string& program, const std::string& community,
                           const std::string& address, const std::string& rest) const {
  return run_command(program + " -v2c -On -t 0.5 -r 4 -c " + community + " " + address + ":" +
                     std::to_string(port_) + " " + rest + " 2>&1");
}

}  // namespace market::sim::test
