#include "probes/device/dnsmasq_part.h"

#include <algorithm>
#include <array>
#include <utility>

namespace market::device {
namespace {

constexpr std::array<std::string_view, 1> kGroups{"dnsmasq"};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

/// One option to a line: a text that could smuggle in another one is refused.
Result<std::vector<std::string>> split(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find("; ", begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 2;
  }
  for (const auto& line : lines) {
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < ' ') {
        return fail(Errc::InvalidValue, "'" + line + "' is not one option of dnsmasq");
      }
    }
  }
  return lines;
}

class DnsmasqPart final : public GatewayPart {
 public:
  explicit DnsmasqPart(std::unique_ptr<dhcp::Server> server) : server_{std::move(server)} {}

  std::span<const std::string_view> groups() const override { return kGroups; }

  Result<Observation> observe() override {
    auto options = server_->read();
    if (!options) return tl::make_unexpected(std::move(options.error()));
    Observation seen;
    for (const auto& [name, lines] : *options) {
      const auto field = "dnsmasq[" + name + "]";
      seen.fields[field] = joined(lines);
      seen.ours.insert(field);
    }
    return seen;
  }

  Result<void> write(std::span<const FieldChange> changes) override {
    auto options = server_->read();
    if (!options) return tl::make_unexpected(std::move(options.error()));
    for (const auto& change : changes) {
      const auto name = FieldName::split(change.field).key;
      const auto* text = std::get_if<std::string>(&change.after);
      options->erase(name);
      if (text == nullptr) continue;
      auto lines = split(*text);
      if (!lines) return fail_within(std::move(lines), change.field + " refused");
      (*options)[name] = std::move(*lines);
    }
    return server_->change(*options);
  }

 private:
  std::unique_ptr<dhcp::Server> server_;
};

}  // namespace

std::unique_ptr<GatewayPart> make_dnsmasq_part(std::unique_ptr<dhcp::Server> server) {
  return std::make_unique<DnsmasqPart>(std::move(server));
}

}  // namespace market::device
