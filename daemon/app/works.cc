#include "daemon/app/works.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/api/wire.h"
#include "daemon/app/boot_clock.h"
#include "daemon/app/change_log.h"
#include "daemon/app/log.h"
#include "daemon/app/ways.h"
#include "daemon/audit/audit.h"
#include "daemon/reconcile/change_rules.h"

namespace market::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kHistoryRows = 50;
/// The verb of audit rows that approve a plan.
constexpr const char* kApprove = "approve";

api::Reply busy() {
  return {409, api::error_json("another plan, apply, rollback or audit is under way: wait for it "
                               "(marketctl status shows its progress)")};
}
api::Reply failed(const Error& error) { return {500, api::error_json(error.message)}; }

/// What devices call themselves may be no UTF-8: U+FFFD then, not an exception.
api::Reply answer(const Json& json) {
  return {200, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

/// Who asks, by the request's own word; the API is for people who are on the gateway already.
std::string actor_of(const Json& body) {
  const auto actor = body.find("actor");
  return actor != body.end() && actor->is_string() ? actor->get<std::string>() : "unknown";
}

/// Nobody on the wire can read what is written by it, or change it.
bool is_private(const snmp::Credentials& credentials) {
  return credentials.version == snmp::Version::V3 && credentials.auth != snmp::AuthProtocol::None &&
         credentials.priv != snmp::PrivProtocol::None;
}

/// 0 = at once.
Result<std::chrono::seconds> confirm_within(const Json& request) {
  constexpr std::int64_t kLeast = 5, kMost = 24 * 60 * 60;
  const auto given = request.find("confirm_within_seconds");
  if (given == request.end() || given->is_null()) return std::chrono::seconds{0};
  const bool whole = given->is_number_integer();
  const auto given_seconds = whole ? given->get<std::int64_t>() : 0;
  if (given_seconds >= kLeast && given_seconds <= kMost) return std::chrono::seconds{given_seconds};
  return fail(
      Errc::InvalidValue,
      fmt::format("confirm_within_seconds must be a whole number, {} to {}", kLeast, kMost));
}

/// Why a plan is of devices that are otherwise by now, beyond what it changes itself: that the
/// executor looks at. One that does not answer is for him to tell, too.
std::string moved_since(const reconcile::Plan& plan, const Model& model, const Drivers& tools) {
  const auto desired = desired_of(model);
  for (const auto& [device, digest] : plan.reads) {
    const auto want = desired.find(device);
    auto seen = tools.observe(device);
    if (want == desired.end() || !seen.reached) continue;
    for (const auto& step : plan.steps) {
      if (step.device != device) continue;
      for (const auto& change : step.changes) seen.fields[change.field] = change.before;
    }
    if (reconcile::reads_digest(want->second, seen) == digest) continue;
    return fmt::format(
        "{}: something that the design asks of it is no longer as this plan has read it: "
        "plan again, and look at what the new plan says",
        device);
  }
  return {};
}

/// Whoever applies what cuts us off says so, and has it back unless he confirms it.
constexpr std::chrono::seconds kForcedConfirm{120};

/// What is asked of a plan that would cut us off; empty = nothing, or it was said.
std::string lockout_objection(const reconcile::Plan& plan, const Json& request) {
  if (plan.lockouts.empty() || request.value("force", Json{}) == true) return {};
  const auto& first = plan.lockouts.front();
  return fmt::format(
      "this plan would cut us off at {} place{}: {} {}: {}. Mend the design or the cabling; "
      "apply --force does it all the same, and puts it back unless it is confirmed within {} s",
      plan.lockouts.size(), plan.lockouts.size() == 1 ? "" : "s", first.device, first.field,
      first.words, kForcedConfirm.count());
}

}  // namespace

Works::Works(Parts parts, ModelPtr model)
    : parts_{std::move(parts)}, model_{std::move(model)}, timer_{[this] { put_back_late(); }} {}

void Works::say(std::string activity) {
  parts_.loop.post([this, activity = std::move(activity)]() mutable {
    parts_.watch.set_activity(std::move(activity));
  });
}

Drivers Works::drivers(const ModelPtr& model) {
  return {model, *parts_.watch.records(), parts_.client};
}

Works::Look Works::look(const Model& model, const Drivers& drivers) {
  say("reading the devices");
  Look look;
  look.observed = drivers.observe_all();
  const auto ways = ways_now(model.design, parts_.snapshot());
  look.plan = reconcile::make_plan(desired_of(model), look.observed, model.design.digest, &ways);
  say("");
  show_verdict(look.plan);
  return look;
}

void Works::show_verdict(const reconcile::Plan& plan) {
  std::string verdict = "converged";
  if (!plan.skipped.empty()) verdict = "unreachable";
  if (!plan.empty() || plan.manual_open() > 0) verdict = "drifted";
  parts_.loop.post([this, verdict, changes = plan.change_count()] {
    parts_.watch.set_verdict(verdict, changes);
  });
}

std::int64_t Works::wall_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             parts_.loop.wall_now().time_since_epoch())
      .count();
}

Works::Turn Works::take() {
  // A look at the devices is soon over; a change is not waited for.
  constexpr std::chrono::seconds kLookMost{60};
  return Turn{at_work_, looks_ ? kLookMost : std::chrono::seconds{0}};
}

bool Works::close() {
  Turn lock{at_work_, std::try_to_lock};
  if (!lock) return false;
  lock.release();  // stays locked
  return true;
}

api::Reply Works::plan() {
  const auto lock = take();
  if (!lock) return busy();
  const auto model = model_.copy();
  const auto tools = drivers(model);
  return {200, reconcile::plan_to_json(look(*model, tools).plan)};
}

std::string Works::write_objection(const Model& model) {
  if (model.design.switches.empty() && model.design.aps.empty()) return {};
  if (model.write_credentials.empty()) {
    return "the settings have no snmp.write credentials: this daemon may only read";
  }
  if (!is_private(model.write_credentials.front()) && model.design.allow_v2c_write.empty()) {
    return "writing without SNMPv3 authentication and privacy is not allowed: use such "
           "credentials, or say why it must be in the design (allow-v2c-write: \"reason\")";
  }
  return {};
}

/// By such a design nothing new is done; what was done before may be undone.
std::string Works::apply_objection(const Model& model) const {
  auto objection = write_objection(model);
  if (!objection.empty()) return objection;
  const auto ended = ended_waivers(model.design, local_day(parts_.loop.wall_now()));
  if (ended.empty()) return {};
  return fmt::format(
      "the waiver of {} has ended ({}): mend what it is for, or renew it, and reload",
      ended.front().rule, ended.front().position.to_string());
}

std::string Works::moment_objection(const Model& model) const {
  return reconcile::window_objection(model.design.changes, model.design.site.timezone, wall_ms());
}

std::string Works::approval_objection(const Model& model, const reconcile::Plan& plan,
                                      const std::string& actor) const {
  if (!model.design.changes.four_eyes || plan.empty()) return {};
  const auto approvers = parts_.store.actors_of(kApprove, plan.id);
  if (!approvers) return approvers.error().message;
  return reconcile::approval_objection(model.design.changes, *approvers, actor);
}

reconcile::Executor Works::executor(const Drivers& drivers, const std::string& verb) {
  return {parts_.store.journal(),
          [&drivers](const std::string& device) { return drivers.find(device); },
          [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
          [this, verb](std::size_t step, std::size_t of, const std::string& text) {
            say(fmt::format("{} {}/{}: {}", verb, step, of, text));
          }};
}

api::Reply Works::report(const reconcile::Report& report, const std::string& verb,
                         const std::string& actor) {
  say("");
  const auto outcome = to_string(report.outcome);
  const auto audited = tell_end(parts_.store, report, verb, actor, parts_.loop.wall_now());
  // What had drifted may be right now. Who enforces looks by himself.
  const bool moved = report.run != 0 && verb != "enforce";
  parts_.loop.post([this, text = fmt::format("{} by {}: {}", verb, actor, outcome),
                    drift = moved ? drift_ : nullptr] {
    parts_.watch.note(text);
    parts_.watch.poll_all_now();
    if (!drift) return;
    for (const auto& row : drift->rows) parts_.look_again(row.device);
  });
  Json json{{"outcome", outcome},
            {"exit_code", exit_code(report.outcome)},
            {"run", report.run},
            {"plan_id", report.plan_id},
            {"steps_done", report.steps_done},
            {"steps_total", report.steps_total},
            {"changes_done", report.changes_done},
            {"restored", report.restored},
            {"to_restore", report.to_restore},
            {"reason", report.reason},
            {"left_over", report.left_over},
            {"unsaved", report.unsaved}};
  if (!audited) json["audit_error"] = audited.error().message;
  return answer(json);
}

api::Reply Works::apply(const std::string& body) {
  const auto lock = take();
  if (!lock) return busy();
  const auto request = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!request.is_object()) return {400, api::error_json("the body is not a JSON object")};
  const auto model = model_.copy();
  auto objection = apply_objection(*model);
  if (objection.empty()) objection = moment_objection(*model);
  if (!objection.empty()) return {403, api::error_json(objection)};
  // A run that the journal could not end for want of room: it can now.
  const auto open = parts_.store.journal().open_run();
  if (open && *open && (*open)->state != reconcile::RunState::AwaitingConfirm) (void)resolve();
  const auto tools = drivers(model);
  reconcile::Plan plan;
  if (const auto given = request.find("plan"); given != request.end() && !given->is_null()) {
    auto parsed = reconcile::plan_from_json(given->dump());
    if (!parsed) return {400, api::error_json("plan: " + parsed.error().message)};
    if (parsed->design_digest != model->design.digest) {
      return report({.outcome = reconcile::Outcome::Stale,
                     .plan_id = parsed->id,
                     .steps_total = parsed->steps.size(),
                     .reason = "the design has changed since this plan was made: plan again",
                     .left_over = {},
                     .unsaved = {}},
                    "apply", actor_of(request));
    }
    plan = std::move(*parsed);
    if (const auto moved = moved_since(plan, *model, tools); !moved.empty()) {
      return report({.outcome = reconcile::Outcome::Stale,
                     .plan_id = plan.id,
                     .steps_total = plan.steps.size(),
                     .reason = moved,
                     .left_over = {},
                     .unsaved = {}},
                    "apply", actor_of(request));
    }
  } else {
    plan = look(*model, tools).plan;
  }
  objection = approval_objection(*model, plan, actor_of(request));
  if (!objection.empty()) return {403, api::error_json(objection)};
  objection = lockout_objection(plan, request);
  if (!objection.empty()) return {403, api::error_json(objection)};
  auto within = confirm_within(request);
  if (!within) return {400, api::error_json(within.error().message)};
  if (!plan.lockouts.empty() && *within == std::chrono::seconds{0}) within = kForcedConfirm;
  auto result = *within > std::chrono::seconds{0}
                    ? apply_to_be_confirmed(plan, tools, actor_of(request), *within)
                    : executor(tools, "apply").apply(plan, actor_of(request));
  if (!result) return failed(result.error());
  (void)look(*model, tools);  // the verdict after the change, by a fresh reading
  parts_.loop.post([this] { parts_.watch.sweep_now(); });
  return report(*result, "apply", actor_of(request));
}

api::Reply Works::approve(const std::string& body) {
  const auto request = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!request.is_object()) return {400, api::error_json("the body is not a JSON object")};
  const auto given = request.find("plan");
  if (given == request.end()) return {400, api::error_json("there is no plan to approve")};
  const auto plan = reconcile::plan_from_json(given->dump());
  if (!plan) return {400, api::error_json("plan: " + plan.error().message)};
  if (plan->design_digest != model_.copy()->design.digest) {
    return {409, api::error_json("the design has changed since this plan was made: plan again")};
  }
  const auto actor = actor_of(request);
  const auto kept = parts_.store.audit({.id = 0,
                                        .at_ms = wall_ms(),
                                        .actor = actor,
                                        .verb = kApprove,
                                        .object = plan->id,
                                        .result = "approved"});
  if (!kept) return failed(kept.error());
  log(Level::Info, "PLAN_APPROVED", {{"actor", actor}, {"plan", plan->id}}, "a plan was approved");
  return answer({{"plan_id", plan->id}, {"approved_by", actor}});
}

api::Reply Works::confirm(const std::string& body) {
  const auto lock = take();
  if (!lock) return busy();
  const auto request = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!request.is_object()) return {400, api::error_json("the body is not a JSON object")};
  const auto tools = drivers(model_.copy());
  const auto result = executor(tools, "confirm").confirm(boot_now());
  if (result.outcome == reconcile::Outcome::Committed) wait_until({});
  return report(result, "confirm", actor_of(request));
}

api::Reply Works::rollback(const std::string& body) {
  const auto lock = take();
  if (!lock) return busy();
  const auto request = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!request.is_object()) return {400, api::error_json("the body is not a JSON object")};
  const auto model = model_.copy();
  if (const auto objection = write_objection(*model); !objection.empty()) {
    return {403, api::error_json(objection)};
  }
  const auto tools = drivers(model);
  auto result = executor(tools, "rollback").rollback(actor_of(request));
  // A run that could not even be read goes on waiting, and so does its deadline.
  if (result.outcome != reconcile::Outcome::Failed) wait_until({});
  (void)look(*model, tools);
  return report(result, "rollback", actor_of(request));
}

api::Reply Works::audit() {
  const auto lock = take();
  if (!lock) return busy();
  const auto model = model_.copy();
  const auto tools = drivers(model);
  const auto seen = look(*model, tools);
  std::vector<std::pair<std::string, std::string>> unknown;
  for (const auto& record : *parts_.watch.records()) {
    if (!record.design_id.empty() || record.silent) continue;  // silent ones are findings
    unknown.emplace_back(
        record.key, fmt::format("{} {} {} at {}", to_string(record.identification->device_class),
                                record.identification->vendor, record.identification->model,
                                record.address.to_string()));
  }
  auto as_built = audit::compare(desired_of(*model), seen.observed, unknown);
  const auto snapshot = parts_.snapshot();
  as_built.site = model->design.site.name + " (" + model->design.site.id + ")";
  as_built.design_digest = model->design.digest;
  as_built.read_at_ms = wall_ms();
  for (const auto& stall : snapshot->stalls) {
    if (!stall.vacant) as_built.stalls.push_back(stall.readiness);
  }
  const auto ended = ended_waivers(model->design, local_day(parts_.loop.wall_now()));
  for (const auto& finding : model->design.waived) {
    const bool is_over = std::any_of(ended.begin(), ended.end(), [&](const Waiver& waiver) {
      return waiver.position == finding.other;
    });
    as_built.waived.push_back({finding.to_string(), is_over});
  }
  const auto& exception = model->design.allow_v2c_write;
  if (!exception.empty() && !model->write_credentials.empty() &&
      !is_private(model->write_credentials.front())) {
    as_built.waived.push_back(
        {model->design.file +
             ": allow-v2c-write: devices are written by what anybody on the wire "
             "can read and change: " +
             exception,
         false});
  }
  auto json = Json::parse(audit::to_json(as_built));
  json["design_file"] = model->design.file;
  json["text"] = audit::to_text(as_built);
  return answer(json);
}

api::Reply Works::sweep() {
  parts_.loop.post([this] { parts_.watch.sweep_now(); });
  return {202, R"({"started":true})"};
}

api::Reply Works::reload() {
  const auto done = io::post_and_wait<Result<void>>(
      parts_.loop, std::chrono::seconds{10},
      [this](std::function<void(Result<void>)> answer) { answer(parts_.reload()); });
  if (!done) {
    return {503,
            api::error_json("the reload takes longer than ten seconds and goes on: RELOADED or "
                            "RELOAD_REFUSED in the log ends it")};
  }
  if (!*done) return {422, api::error_json(done->error().message)};
  return {200, R"({"reloaded":true})"};
}

api::Reply Works::history() {
  auto runs = parts_.store.journal().history(kHistoryRows);
  if (!runs) return failed(runs.error());
  auto rows = parts_.store.audit_rows(kHistoryRows);
  if (!rows) return failed(rows.error());
  Json json{{"runs", Json::array()}, {"audit", Json::array()}};
  for (const auto& run : *runs) {
    json["runs"].push_back({{"run", run.run},
                            {"actor", run.actor},
                            {"started_ms", run.started_ms},
                            {"ended_ms", run.ended_ms},
                            {"state", to_string(run.state)},
                            {"note", run.note},
                            {"plan_id", run.plan.id},
                            {"steps", run.plan.steps.size()},
                            {"changes", run.plan.change_count()},
                            {"done", run.done.size()}});
  }
  for (const auto& row : *rows) {
    json["audit"].push_back({{"at_ms", row.at_ms},
                             {"actor", row.actor},
                             {"verb", row.verb},
                             {"object", row.object},
                             {"result", row.result}});
  }
  return answer(json);
}

api::Reply Works::outages() {
  auto rows = parts_.store.outages(kHistoryRows * 10);
  if (!rows) return failed(rows.error());
  Json json{{"outages", Json::array()}};
  for (const auto& row : *rows) {
    json["outages"].push_back({{"device", row.device},
                               {"cause", row.cause},
                               {"state", row.state},
                               {"began_ms", row.began_ms},
                               {"ended_ms", row.ended_ms}});
  }
  return answer(json);
}

}  // namespace market::app
