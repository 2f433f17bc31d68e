#include "daemon/takeover/takeover.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/design/load.h"
#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/utf8.h"
#include "daemon/takeover/draft.h"
#include "daemon/takeover/names.h"
#include "daemon/takeover/wiring.h"
#include "daemon/takeover/write.h"

namespace market::takeover {
namespace {

constexpr const char* kFile = "import";

/// How much of the gateway the design speaks of. The first form that leaves the gateway as it is
/// counts.
enum class Form {
  Whole,  ///< its addresses in the zones too: marketd closes the zones to each other
  Links,  ///< its links and uplink; the zones are passed on by whatever does so now
  None,
};

/// 'staff' of a finding's text; empty = it names nothing.
std::string first_quoted(const std::string& text) {
  const auto begin = text.find('\'');
  const auto end = begin == std::string::npos ? begin : text.find('\'', begin + 1);
  return end == std::string::npos ? std::string{} : text.substr(begin + 1, end - begin - 1);
}

std::vector<std::string> escaped(const std::vector<std::string>& lines) {
  std::vector<std::string> result;
  for (const auto& line : lines) result.push_back(reconcile::escaped(line));
  return result;
}

class TakeOver {
 public:
  TakeOver(const Found& found, const ProfileSet& profiles, const Words& words)
      : found_{found}, profiles_{profiles}, words_{words} {}

  Result<TakenOver> run() {
    Draft draft = draft_devices(found_, profiles_, words_);
    if (draft.found.empty()) {
      return fail(Errc::NotFound,
                  "no switch and no access point could be read" +
                      (draft.left_out.empty() ? "" : ": " + draft.left_out.front()));
    }
    const auto wiring = wiring_of(found_, draft.design);
    draft.left_out.insert(draft.left_out.end(), wiring.silent.begin(), wiring.silent.end());
    draft_ports(wiring, draft);
    draft_wireless(draft);
    if (found_.gateway) draft_gateway(*found_.gateway, wiring, draft);
    draft_stalls(wiring, draft);
    std::string why_not;
    for (const auto form : {Form::Whole, Form::Links, Form::None}) {
      if (form != Form::None && !draft.design.gateway) continue;
      auto candidate = draft;
      shape(form, candidate);
      auto done = finish(std::move(candidate), form, why_not);
      if (done) return std::move(*done);
      why_not = done.error().message;
    }
    return fail(Errc::InvalidDesign, "what is running makes no design: " + why_not);
  }

 private:
  void shape(Form form, Draft& draft) const {
    auto& design = draft.design;
    if (form == Form::Links) {
      std::vector<std::string> kept;
      for (auto& zone : design.zones) {
        if (zone.gateway) kept.push_back(fmt::format("{} {}", zone.id, zone.gateway->to_string()));
        zone.gateway.reset();
      }
      if (!kept.empty()) {
        draft.left_out.push_back(fmt::format(
            "the gateway's addresses in zones ({}): with them a plan closes the zones to "
            "each other by a packet filter of its own",
            fmt::join(kept, ", ")));
      }
    }
    if (form == Form::None) {
      if (design.gateway) draft.left_out.push_back("the gateway, which stays as it is: ");
      design.gateway.reset();
    }
    draft_ends(draft);
  }

  /// Checked, waived, and tried against what was seen.
  Result<TakenOver> finish(Draft draft, Form form, const std::string& why_not) {
    if (form == Form::None && !why_not.empty() && found_.gateway) {
      draft.left_out.back() += why_not;
    }
    auto design = waived(draft, form);
    if (!design) return tl::make_unexpected(std::move(design.error()));
    const auto desired = reconcile::make_desired(*design, profiles_);
    if (!desired) return tl::make_unexpected(desired.error());
    const auto plan = reconcile::make_plan(*desired, observed(draft), design->digest);
    for (const auto& step : plan.steps) {
      for (const auto& change : step.changes) {
        const bool gateway = design->gateway && step.device == design->gateway->id;
        if (gateway) {
          return fail(Errc::Conflict,
                      fmt::format("a plan would change {}: {} to {}", change.field,
                                  to_string(change.before), to_string(change.after)));
        }
        draft.left_out.push_back(fmt::format("{} {}: it is {}, a plan would make it {}",
                                             step.device, change.field, to_string(change.before),
                                             to_string(change.after)));
      }
    }
    for (const auto& skipped : plan.skipped) {
      if (design->gateway && skipped.device == design->gateway->id) {
        return fail(Errc::Conflict, fmt::format("{}: {}", skipped.field, skipped.reason));
      }
      draft.left_out.push_back(
          fmt::format("{} {}: {}", skipped.device, skipped.field, skipped.reason));
    }
    for (const auto& step : plan.manual) {
      if (!step.readable) continue;
      draft.left_out.push_back(fmt::format("{} {}: it is {}, somebody would have to make it {}",
                                           step.device, step.field, to_string(step.reading),
                                           to_string(step.wanted)));
    }
    TakenOver taken;
    taken.left_out = escaped(draft.left_out);
    taken.to_decide = escaped(draft.to_decide);
    taken.switches = draft.design.switches.size();
    taken.access_points = draft.design.aps.size();
    taken.zones = draft.design.zones.size();
    taken.stalls = draft.design.stalls.size();
    taken.text = write_design(draft.design, remarks(draft));
    return taken;
  }

  /// The design that its text reads as, its findings waived.
  Result<Design> waived(Draft& draft, Form form) const {
    constexpr int kMostRounds = 3;  // a waiver brings no new finding; one round is the rule
    const DesignContext context{.today = {}, .families = profiles_.families()};
    for (int round = 0;; ++round) {
      auto loaded = parse_design(write_design(draft.design, {}), kFile, context);
      if (loaded.design) return std::move(*loaded.design);
      for (const auto& problem : loaded.problems) {
        if (problem.severity != Severity::Error) continue;
        const bool cut_off = form != Form::None && problem.rule == "D207";
        if (problem.rule.starts_with("D0") || cut_off || round == kMostRounds) {
          return fail(Errc::InvalidDesign, problem.rule + ": " + problem.message);
        }
        waive(problem, draft);
      }
    }
  }

  void waive(const Diagnostic& problem, Draft& draft) const {
    auto& waivers = draft.design.waivers;
    const auto at = first_quoted(problem.message);
    const bool known = std::any_of(waivers.begin(), waivers.end(), [&](const Waiver& one) {
      return one.rule == problem.rule && one.at == at;
    });
    if (known) return;
    waivers.push_back({.rule = problem.rule,
                       .at = at,
                       .reason = "so it was found running; nobody has judged it yet",
                       .by = "marketctl import",
                       .until = words_.waive_until,
                       .position = {}});
    draft.to_decide.push_back(problem.rule + ": " + problem.message);
  }

  [[nodiscard]] reconcile::Observed observed(const Draft& draft) const {
    reconcile::Observed all;
    for (const auto& [id, device] : draft.found) all[id] = device->observed;
    if (found_.gateway && draft.design.gateway) {
      all[draft.design.gateway->id] = found_.gateway->observed;
    }
    return all;
  }

  [[nodiscard]] Remarks remarks(const Draft& draft) const {
    Remarks all;
    auto& head = all[""];
    head = {
        "Made by `marketctl import` from what is running. A plan from it changes nothing but what "
        "is",
        "named here. market-design(5) explains each key."};
    const auto add = [&head](const std::string& title, const std::vector<std::string>& lines) {
      if (lines.empty()) return;
      head.emplace_back();
      head.push_back(title);
      for (const auto& line : escaped(lines)) head.push_back("  " + line);
    };
    add("Not expressed:", draft.left_out);
    add("Somebody has to decide (see waive):", draft.to_decide);
    add("Seen besides:", draft.remarks);
    head.emplace_back();
    all["site"] = {"Before anything is applied by SNMPv2c: `allow-v2c-write: reason`."};
    all["zones"] = {
        "No device tells how far a zone is trusted: `none` is not known, the rest is a guess",
        "(infrastructure: our devices are in it; cardholder: payment terminals; untrusted: an",
        "open network). Say it, and add isolate-hosts and dhcp."};
    all["services"] = {"No device tells what must work: add services, methods, policy and hours."};
    if (!draft.design.ssids.empty())
      all["ssids"] = {"Keys are not read: add `psk: { secret: name }`."};
    if (!draft.design.stalls.empty()) {
      all["stalls"] = {
          "By the labels of ports and the terminals behind them. Serials mac-... are not known: "
          "read",
          "them off. Add type and abilities of terminals, accepts and membership of stalls, and "
          "the",
          "stalls that have no port (state: vacant)."};
    }
    all["acceptance"] = {"The limits that a supervisor signs against are his: add acceptance."};
    if (!draft.design.waivers.empty()) {
      all["waive"] = {
          "What breaks a rule as it was found. Mend it, or sign for it with your own name and "
          "day."};
    }
    return all;
  }

  const Found& found_;
  const ProfileSet& profiles_;
  const Words& words_;
};

}  // namespace

Result<TakenOver> take_over(const Found& found, const ProfileSet& profiles, const Words& words) {
  return TakeOver{found, profiles, words}.run();
}

}  // namespace market::takeover
