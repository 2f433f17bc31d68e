#include "tests/unit/daemon/store/sample.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

namespace market::store {

Directory::Directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "market-store-XXXXXX").string();
  const char* made = mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr);
  if (made != nullptr) path_ = made;
}

Directory::~Directory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

reconcile::Plan sample_plan(int steps) {
  reconcile::Desired desired;
  reconcile::Observed observed;
  for (int number = 1; number <= steps; ++number) {
    const auto device = "sw-" + std::to_string(number);
    reconcile::DesiredField name;
    name.value = std::string{"시장 스위치 "} + std::to_string(number);
    name.origin = {"market.yaml", static_cast<std::uint32_t>(number), 7};
    name.subject = "stall A-101 '\"\\";
    desired[device].kind = reconcile::DeviceKind::Switch;
    desired[device].fields["system.name"] = name;
    observed[device].reached = true;
    observed[device].fields["system.name"] = std::string{"switch"};
    observed[device].serial = "SN-" + std::to_string(number);
  }
  return reconcile::make_plan(desired, observed, "digest");
}

inventory::DeviceRecord sample_device(const std::string& key) {
  inventory::DeviceRecord record;
  record.key = key;
  record.address = *IpAddress::parse("10.64.0.11");
  record.port = 65535;
  record.credentials = "v3-read";
  sweep::Identification is;
  is.device_class = DeviceClass::PaymentTerminal;
  is.vendor = "MarketSim";
  is.model = "PT-10";
  is.firmware = "1.7";
  is.serial = "SN-9";
  is.mac = "02:00:00:00:0a:01";
  is.engine_id = "80001f88";
  is.profile = "sim-terminal";
  is.evidence = {"둘째", "sysObjectID 1.3.6 -> profile sim-terminal", ""};
  record.identification = std::move(is);
  record.sys_name = "단말기";
  record.sys_descr = "line one\nline two; it's";
  record.sys_location = "3번 골목";
  record.first_seen_ms = 1'700'000'000'000;
  record.last_seen_ms = 1'700'000'000'001;
  record.design_id = "T-9001";
  record.addresses = {{*IpAddress::parse("10.64.0.11"), 1, 2},
                      {*IpAddress::parse("fd00::1"), 3, 4}};
  record.macs = {*MacAddress::parse("02:00:00:00:0a:01"), *MacAddress::parse("02:00:00:00:0a:02")};
  record.silent = true;
  record.default_communities = {"private", "public"};
  record.claims = {{{inventory::SourceKind::Fdb, "engine:80a1"},
                    *MacAddress::parse("02:00:00:00:0a:01"),
                    {},
                    "7",
                    *VlanId::from(20),
                    "이름",
                    5,
                    6},
                   {{inventory::SourceKind::SnmpSweep, {}},
                    {},
                    *IpAddress::parse("10.64.0.11"),
                    {},
                    {},
                    {},
                    1,
                    2}};
  return record;
}

std::string describe(const inventory::DeviceRecord& record) {
  const auto& is = *record.identification;
  std::ostringstream text;
  text << record.key << '|' << record.address.to_string() << '|' << record.port << '|'
       << record.credentials << '|' << to_string(is.device_class) << '|' << is.vendor << '|'
       << is.model << '|' << is.firmware << '|' << is.serial << '|' << is.mac << '|' << is.engine_id
       << '|' << is.profile << '|' << record.sys_name << '|' << record.sys_descr << '|'
       << record.sys_location << '|' << record.first_seen_ms << '|' << record.last_seen_ms << '|'
       << record.design_id;
  for (const auto& each : is.evidence) text << "|e:" << each;
  text << '|' << record.silent;
  for (const auto& each : record.addresses) {
    text << "|a:" << each.address.to_string() << ' ' << each.first_seen_ms << ' '
         << each.last_seen_ms;
  }
  for (const auto& each : record.macs) text << "|m:" << each.to_string();
  for (const auto& each : record.default_communities) text << "|c:" << each;
  for (const auto& each : record.claims) {
    text << "|s:" << to_string(each.source.kind) << ' ' << each.source.by << ' ' << each.text()
         << ' ' << each.first_seen_ms << ' ' << each.last_seen_ms;
  }
  return text.str();
}

AuditRow sample_audit(std::int64_t at_ms) {
  return {0, at_ms, "kim@gw1", "apply", "plan-1", "committed"};
}

std::string in_child(const std::function<std::string()>& body) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "pipe failed";
  const pid_t child = fork();
  if (child < 0) return "fork failed";
  if (child == 0) {
    close(ends[0]);
    const auto result = body();
    const auto written = write(ends[1], result.data(), result.size());
    _exit(written == static_cast<ssize_t>(result.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string result;
  std::array<char, 512> buffer{};
  for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    result.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) result += " [child ended with status " + std::to_string(status) + "]";
  return result;
}

}  // namespace market::store
