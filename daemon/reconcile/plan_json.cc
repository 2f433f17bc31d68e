#include <array>
#include <cstdint>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/types/digest.h"
#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/plan.h"
#include "daemon/reconcile/plan_digest.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

using Json = nlohmann::json;

constexpr int kSchema = 1;
constexpr std::array kRisks{Risk::None, Risk::Blip, Risk::DropsPort, Risk::MgmtPath};

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<std::uint8_t>(c));
  return hex;
}

struct ValuePrinter {
  Json operator()(Absent) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(const std::string& value) const {
    if (is_utf8(value)) return value;
    return {{"bytes", to_hex(value)}};
  }
};

Json print(const SourcePosition& position) {
  return {{"file", position.file}, {"line", position.line}, {"column", position.column}};
}

Json print(const Change& change) {
  return {{"field", change.field},
          {"before", std::visit(ValuePrinter{}, change.before)},
          {"after", std::visit(ValuePrinter{}, change.after)},
          {"origin", print(change.origin)},
          {"subject", change.subject}};
}

Json print(const std::vector<Impact>& impact) {
  Json rows = Json::array();
  for (const auto& one : impact) {
    rows.push_back({{"device", one.device},
                    {"risk", to_string(one.risk)},
                    {"stalls", one.stalls},
                    {"words", one.words}});
  }
  return rows;
}

Json print(const std::vector<ManualStep>& manual) {
  Json rows = Json::array();
  for (const auto& one : manual) {
    rows.push_back({{"device", one.device},
                    {"field", one.field},
                    {"reading", std::visit(ValuePrinter{}, one.reading)},
                    {"wanted", std::visit(ValuePrinter{}, one.wanted)},
                    {"readable", one.readable},
                    {"words", one.words},
                    {"origin", print(one.origin)},
                    {"subject", one.subject}});
  }
  return rows;
}

Json print(const std::vector<Lockout>& lockouts) {
  Json rows = Json::array();
  for (const auto& one : lockouts) {
    rows.push_back({{"device", one.device}, {"field", one.field}, {"words", one.words}});
  }
  return rows;
}

Json print_without_id(const Plan& plan) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) {
    Json changes = Json::array();
    for (const auto& change : step.changes) changes.push_back(print(change));
    steps.push_back({{"number", step.number},
                     {"device", step.device},
                     {"risk", to_string(step.risk)},
                     {"changes", std::move(changes)}});
  }
  Json skipped = Json::array();
  for (const auto& item : plan.skipped) {
    skipped.push_back({{"device", item.device}, {"field", item.field}, {"reason", item.reason}});
  }
  Json json{{"schema", kSchema},
            {"design", plan.design_digest},
            {"steps", std::move(steps)},
            {"skipped", std::move(skipped)},
            {"identities", plan.identities}};
  if (!plan.reads.empty()) json["reads"] = plan.reads;
  if (!plan.impact.empty()) json["impact"] = print(plan.impact);
  if (!plan.manual.empty()) json["manual"] = print(plan.manual);
  if (!plan.lockouts.empty()) json["lockouts"] = print(plan.lockouts);
  return json;
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Thrown inside this file only; plan_from_json turns it into an Error.
struct Unreadable {
  std::string message;
};

/// One JSON value and where it is: "steps[2].changes[0].before".
class Reader {
 public:
  Reader(const Json& json, std::string place) : json_{json}, place_{std::move(place)} {}

  /// An object with exactly these keys, and perhaps those of `optional`.
  const Reader& keys(const std::set<std::string>& wanted,
                     const std::set<std::string>& optional = {}) const {
    if (!json_.is_object()) fail("must be an object");
    for (const auto& [key, value] : json_.items()) {
      if (!wanted.contains(key) && !optional.contains(key))
        fail(fmt::format("has an unknown key '{}'", key));
    }
    for (const auto& key : wanted) {
      if (!json_.contains(key)) fail(fmt::format("has no '{}'", key));
    }
    return *this;
  }
  [[nodiscard]] bool has(const std::string& key) const { return json_.contains(key); }
  [[nodiscard]] Reader at(const std::string& key) const {
    return {json_.at(key), place_.empty() ? key : place_ + "." + key};
  }
  [[nodiscard]] std::vector<Reader> items() const {
    if (!json_.is_array()) fail("must be a list");
    std::vector<Reader> readers;
    for (std::size_t i = 0; i < json_.size(); ++i) {
      readers.emplace_back(json_[i], fmt::format("{}[{}]", place_, i));
    }
    return readers;
  }
  [[nodiscard]] std::string text() const {
    if (!json_.is_string()) fail("must be a string");
    return json_.get<std::string>();
  }
  [[nodiscard]] std::int64_t number() const {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!json_.is_number_integer() ||
        (json_.is_number_unsigned() && json_.get<std::uint64_t>() > kMax)) {
      fail("must be a whole number of 64 bits");
    }
    return json_.get<std::int64_t>();
  }
  [[nodiscard]] std::uint32_t small_number() const {
    const auto value = number();
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) fail("is out of range");
    return static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] FieldValue field_value() const {
    if (json_.is_null()) return Absent{};
    if (json_.is_boolean()) return json_.get<bool>();
    if (json_.is_string()) return text();
    if (json_.is_object()) return bytes();
    return number();
  }
  [[nodiscard]] bool flag() const {
    if (!json_.is_boolean()) fail("must be true or false");
    return json_.get<bool>();
  }
  [[nodiscard]] std::map<std::string, std::string> texts() const {
    if (!json_.is_object()) fail("must be an object");
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : json_.items()) map.emplace(key, at(key).text());
    return map;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Unreadable{fmt::format("{} {}", place_.empty() ? "the plan" : place_, what)};
  }

 private:
  [[nodiscard]] std::string bytes() const {
    const auto hex = keys({"bytes"}).at("bytes").text();
    if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
      at("bytes").fail("must be pairs of hex digits, lower case");
    }
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string text;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      text += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    if (is_utf8(text)) at("bytes").fail("is UTF-8 and must be written as a string");
    return text;
  }

  const Json& json_;
  std::string place_;
};

SourcePosition read_position(const Reader& reader) {
  reader.keys({"file", "line", "column"});
  return {reader.at("file").text(), reader.at("line").small_number(),
          reader.at("column").small_number()};
}

Change read_change(const Reader& reader) {
  reader.keys({"field", "before", "after", "origin", "subject"});
  Change change;
  change.field = reader.at("field").text();
  if (change.field.empty()) reader.at("field").fail("is empty");
  change.before = reader.at("before").field_value();
  change.after = reader.at("after").field_value();
  if (same_value(change.field, change.before, change.after)) reader.fail("changes nothing");
  change.origin = read_position(reader.at("origin"));
  change.subject = reader.at("subject").text();
  return change;
}

Risk read_risk(const Reader& reader) {
  const auto word = reader.text();
  for (const auto risk : kRisks) {
    if (to_string(risk) == word) return risk;
  }
  reader.fail(fmt::format("is '{}', not none, blip, drops-port or mgmt-path", word));
}

Step read_step(const Reader& reader, std::size_t number, std::set<FieldPath>& seen) {
  reader.keys({"number", "device", "risk", "changes"});
  Step step;
  step.number = number;
  if (reader.at("number").small_number() != number) {
    reader.at("number").fail(fmt::format("must be {}", number));
  }
  step.device = reader.at("device").text();
  if (step.device.empty()) reader.at("device").fail("is empty");
  step.risk = read_risk(reader.at("risk"));
  for (const auto& item : reader.at("changes").items()) {
    step.changes.push_back(read_change(item));
    if (!seen.insert({step.device, step.changes.back().field}).second) {
      item.fail(fmt::format("changes '{}' of '{}' a second time", step.changes.back().field,
                            step.device));
    }
  }
  if (step.changes.empty()) reader.at("changes").fail("is empty");
  return step;
}

Impact read_impact(const Reader& reader) {
  reader.keys({"device", "risk", "stalls", "words"});
  Impact impact;
  impact.device = reader.at("device").text();
  impact.risk = read_risk(reader.at("risk"));
  for (const auto& stall : reader.at("stalls").items()) impact.stalls.push_back(stall.text());
  impact.words = reader.at("words").text();
  return impact;
}

ManualStep read_manual(const Reader& reader) {
  reader.keys({"device", "field", "reading", "wanted", "readable", "words", "origin", "subject"});
  ManualStep step;
  step.device = reader.at("device").text();
  step.field = reader.at("field").text();
  step.reading = reader.at("reading").field_value();
  step.wanted = reader.at("wanted").field_value();
  step.readable = reader.at("readable").flag();
  step.words = reader.at("words").text();
  step.origin = read_position(reader.at("origin"));
  step.subject = reader.at("subject").text();
  return step;
}

Lockout read_lockout(const Reader& reader) {
  reader.keys({"device", "field", "words"});
  return {reader.at("device").text(), reader.at("field").text(), reader.at("words").text()};
}

/// What a plan may leave out, but not have empty.
template <class T>
std::vector<T> read_rows(const Reader& plan, const std::string& key, T (*read)(const Reader&)) {
  std::vector<T> rows;
  if (!plan.has(key)) return rows;
  for (const auto& item : plan.at(key).items()) rows.push_back(read(item));
  if (rows.empty()) plan.at(key).fail("is empty: leave it out");
  return rows;
}

Plan read_plan(const Json& json) {
  const Reader reader{json, ""};
  reader.keys({"schema", "id", "design", "steps", "skipped", "identities"},
              {"reads", "impact", "manual", "lockouts"});
  if (reader.at("schema").number() != kSchema) {
    reader.at("schema").fail(fmt::format("is not {}: written by another version", kSchema));
  }
  Plan plan;
  plan.id = reader.at("id").text();
  plan.design_digest = reader.at("design").text();
  std::set<FieldPath> seen;
  for (const auto& item : reader.at("steps").items()) {
    plan.steps.push_back(read_step(item, plan.steps.size() + 1, seen));
  }
  for (const auto& item : reader.at("skipped").items()) {
    item.keys({"device", "field", "reason"});
    plan.skipped.push_back(
        {item.at("device").text(), item.at("field").text(), item.at("reason").text()});
  }
  plan.impact = read_rows(reader, "impact", read_impact);
  plan.manual = read_rows(reader, "manual", read_manual);
  plan.lockouts = read_rows(reader, "lockouts", read_lockout);
  plan.identities = reader.at("identities").texts();
  if (reader.has("reads")) plan.reads = reader.at("reads").texts();
  for (const auto& step : plan.steps) {
    if (!plan.identities.contains(step.device)) {
      reader.at("identities").fail(fmt::format("does not say who '{}' is", step.device));
    }
  }
  if (const auto digest = plan_digest(plan); digest != plan.id) {
    reader.at("id").fail(
        fmt::format("is '{}', but the digest is '{}': the plan was altered", plan.id, digest));
  }
  return plan;
}

}  // namespace

std::string plan_digest(const Plan& plan) { return sha256_hex(dump(print_without_id(plan), -1)); }

std::string plan_to_json(const Plan& plan) {
  Json json = print_without_id(plan);
  json["id"] = plan.id;
  return dump(json, 1) + "\n";
}

Result<Plan> plan_from_json(std::string_view text) {
  try {
    return read_plan(Json::parse(text));
  } catch (const Unreadable& unreadable) {
    return fail(Errc::InvalidValue, unreadable.message);
  } catch (const Json::exception& exception) {
    return fail(Errc::InvalidValue, fmt::format("not JSON: {}", exception.what()));
  }
}

}  // namespace market::reconcile
