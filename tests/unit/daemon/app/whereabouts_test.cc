// daemon/app/whereabouts: sweeps, surveys and polls of a running daemon become places and findings.
#include "daemon/app/whereabouts.h"

#include <gmock/gmock.h>

#include "probes/wireless/client_id.h"
#include "tests/fakes/fake_loop.h"

namespace market::app {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A switch that answers its survey from the loop, as the real one does.
class FakeRun final : public survey::Run {
 public:
  FakeRun(io::Loop& loop, survey::DeviceSurvey survey, survey::Done done)
      : timer_{loop.after(std::chrono::milliseconds{50},
                          [survey = std::move(survey), done = std::move(done)] { done(survey); })} {
  }

 private:
  io::Timer timer_;
};

MacAddress mac(const std::string& text) { return *MacAddress::parse(text); }

std::shared_ptr<Model> one_switch() {
  auto model = std::make_shared<Model>();
  Switch item{.id = "sw-a1",
              .profile = {},
              .serial = {},
              .mac = {},
              .address = *IpAddress::parse("10.0.0.11"),
              .place = {},
              .poe_budget = {},
              .firmware_min = {},
              .ports = {},
              .position = {}};
  item.ports.push_back({.name = "3", .role = {}, .stall = "A-101", .peer = {}, .position = {}});
  item.ports.push_back({.name = "7", .role = {}, .stall = "A-102", .peer = {}, .position = {}});
  model->design.switches.push_back(item);
  Stall stall;
  stall.id = "A-101";
  Terminal terminal;
  terminal.serial = "T-9001";
  terminal.mac = mac("02:00:00:00:0c:01");
  stall.terminals.push_back(terminal);
  model->design.stalls.push_back(stall);
  snmp::Credentials credentials;
  credentials.id = "read";
  model->read_credentials.push_back(credentials);
  return model;
}

class WhereaboutsTest : public ::testing::Test {
 protected:
  WhereaboutsTest() { make({}, {}); }

  void make(std::vector<inventory::DeviceRecord> records, std::vector<inventory::Finding> open) {
    whereabouts_ = std::make_unique<Whereabouts>(
        loop_,
        [this](const snmp::Target& target, survey::Done done) {
          asked_.push_back(target.address.to_string());
          return std::make_unique<FakeRun>(loop_, survey_, std::move(done));
        },
        [this](std::function<void()> work, std::function<void()> done) {
          work_ = [work = std::move(work), done = std::move(done)] {
            work();
            done();
          };
          if (!slow_) loop_.post([this] { work_(); });
        },
        std::move(records), std::move(open),
        Whereabouts::Handlers{.drawn = [this] { ++drawn_; },
                              .found =
                                  [this](const inventory::Finding& finding, bool open_now) {
                                    news_.push_back((open_now ? "+" : "-") + finding.id());
                                  }});
    whereabouts_->set_model(model_);
  }
  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               loop_.wall_now().time_since_epoch())
        .count();
  }
  void sweep() {
    sweep::Sighting sighting;
    sighting.address = *IpAddress::parse("10.0.0.11");
    sighting.credentials = "read";
    sighting.identification.engine_id = "80a1";
    sighting.identification.device_class = DeviceClass::Switch;
    (void)whereabouts_->on_swept({.sightings = {sighting}}, now_ms());
  }
  void terminal_on(const std::string& port) {
    survey_.forwarding = {{mac("02:00:00:00:0c:01"), port, {}}};
  }
  void pass(int seconds) { loop_.advance(std::chrono::seconds{seconds}); }
  [[nodiscard]] std::string where() const {
    return words_of("T-9001", whereabouts_->picture()->places.at("T-9001"));
  }

  fakes::FakeLoop loop_;
  std::shared_ptr<const Model> model_ = one_switch();
  survey::DeviceSurvey survey_;
  std::vector<std::string> asked_, news_;
  int drawn_ = 0;
  bool slow_ = false;  ///< what is done aside ends when the test calls work_
  std::function<void()> work_;
  std::unique_ptr<Whereabouts> whereabouts_;
};

TEST_F(WhereaboutsTest, SurveysAfterASweepAndSaysWhereTheTerminalIs) {
  terminal_on("7");
  sweep();
  pass(20);
  EXPECT_THAT(asked_, ElementsAre("10.0.0.11"));
  EXPECT_EQ(where(), "T-9001 is on sw-a1/7 (stall A-102), the design says sw-a1/3 (stall A-101)");
  EXPECT_THAT(news_, ElementsAre("+wrong-port:T-9001"));
  terminal_on("3");
  sweep();
  pass(20);
  EXPECT_EQ(where(), "T-9001 is on sw-a1/3 (stall A-101), as designed");
  EXPECT_THAT(news_, ElementsAre("+wrong-port:T-9001", "-wrong-port:T-9001"));
}

TEST_F(WhereaboutsTest, APollSeesACableThatMovedBeforeTheNextSurvey) {
  terminal_on("3");
  sweep();
  pass(20);
  whereabouts_->on_forwarding(
      "sw-a1", {{mac("02:00:00:00:0c:01"), "7"}, {mac("02:00:00:00:0f:0f"), "7"}}, now_ms());
  pass(6);
  EXPECT_THAT(news_, ElementsAre("+wrong-port:T-9001"));
  EXPECT_FALSE(whereabouts_->picture()->devices.contains("mac:02:00:00:00:0f:0f"))
      << "a MAC whose VLAN nobody told may be a guest's phone";
}

TEST_F(WhereaboutsTest, FindsAmongTheStationsOnlyWhoIsWanted) {
  terminal_on("3");
  sweep();
  pass(20);
  const std::string key = "a key";
  std::vector<std::string> ids{wireless::client_id(mac("02:00:00:00:0c:01"), key),
                               wireless::client_id(mac("02:00:00:00:0f:0f"), key)};
  std::sort(ids.begin(), ids.end());
  whereabouts_->on_stations("sw-a1", ids, key, now_ms());
  pass(6);
  const auto& claims = whereabouts_->picture()->devices.at("T-9001").claims;
  EXPECT_TRUE(std::any_of(claims.begin(), claims.end(), [](const auto& claim) {
    return claim.source.kind == inventory::SourceKind::ApStations;
  }));
  EXPECT_FALSE(whereabouts_->picture()->devices.contains("mac:02:00:00:00:0f:0f"));
}

TEST_F(WhereaboutsTest, TheAccessPointsThatAControllerHearsAreDevices) {
  terminal_on("3");
  sweep();
  wireless::AccessPoint heard;
  heard.name = "hall-3";
  heard.mac = mac("a0:b1:c2:00:0d:01");
  auto lost = heard;
  lost.mac = mac("a0:b1:c2:00:0d:02");
  lost.online = false;
  whereabouts_->on_access_points("sw-a1", {heard, lost}, now_ms());
  pass(6);
  const auto& devices = whereabouts_->picture()->devices;
  ASSERT_TRUE(devices.contains("mac:a0:b1:c2:00:0d:01"));
  EXPECT_EQ(devices.at("mac:a0:b1:c2:00:0d:01").identification->device_class,
            DeviceClass::AccessPoint);
  EXPECT_FALSE(devices.contains("mac:a0:b1:c2:00:0d:02"));
}

TEST_F(WhereaboutsTest, OnlyWhoRenewsHasTheAddress) {
  dhcp::ClientMessage message{.type = dhcp::MessageType::Request,
                              .mac = mac("a0:b1:c2:00:00:01"),
                              .address = {},
                              .requested = *IpAddress::parse("10.0.4.9"),
                              .hostname = {},
                              .parameters = "1,3,6,15",
                              .vendor_class = {},
                              .client_id = {}};
  whereabouts_->on_dhcp(message, now_ms());
  pass(6);
  const auto device = [this] {
    return whereabouts_->picture()->devices.at("mac:a0:b1:c2:00:00:01");
  };
  EXPECT_THAT(device().addresses, IsEmpty());
  message.address = *IpAddress::parse("10.0.4.9");
  whereabouts_->on_dhcp(message, now_ms());
  pass(6);
  EXPECT_EQ(device().address.to_string(), "10.0.4.9");
}

TEST_F(WhereaboutsTest, KnowsAfterARestartWhatItKnewAndClosesNothingBeforeItLookedAgain) {
  terminal_on("7");
  sweep();
  pass(20);
  const auto records = whereabouts_->inventory().records();
  auto open = whereabouts_->picture()->findings;
  open.push_back({"loop", "sw-a1/5", inventory::Severity::Critical, "a loop", {}, 1, 1, {}});
  news_.clear();
  make(records, open);
  pass(1);
  EXPECT_EQ(where(), "T-9001 is on sw-a1/7 (stall A-102), the design says sw-a1/3 (stall A-101)");
  EXPECT_THAT(news_, IsEmpty());
  sweep();
  pass(20);
  EXPECT_THAT(news_, ElementsAre("-loop:sw-a1/5"));
}

TEST_F(WhereaboutsTest, DrawsSeldomWhileEverybodyStaysWhereItIs) {
  terminal_on("3");
  sweep();
  pass(20);
  const auto poll = [this](const char* port) {
    whereabouts_->on_forwarding("sw-a1", {{mac("02:00:00:00:0c:01"), port}}, now_ms());
  };
  poll("3");
  pass(6);
  const int drawn = drawn_;
  for (int i = 0; i < 20; ++i) {
    poll("3");
    pass(15);
  }
  EXPECT_GT(drawn_, drawn + 2) << "the times in it go on";
  EXPECT_LE(drawn_, drawn + 5);
  const int before = drawn_;
  poll("7");
  pass(6);
  EXPECT_EQ(drawn_, before + 1);
}

// The table that a poll reads while the picture is drawn must wait, and must not be lost; nor may
// the loop wait for the picture.
TEST_F(WhereaboutsTest, KeepsWhatItIsToldWhileAPictureIsDrawnForTheNext) {
  terminal_on("7");
  sweep();
  pass(20);
  slow_ = true;
  pass(10);
  whereabouts_->on_forwarding("sw-a1", {{mac("02:00:00:00:0c:01"), "3"}}, now_ms());
  pass(60);
  const int drawn = drawn_;
  whereabouts_->on_forwarding("sw-a1", {{mac("02:00:00:00:0c:01"), "7"}}, now_ms());
  bool merged = false;
  whereabouts_->when_idle([&merged] { merged = true; });
  EXPECT_FALSE(merged) << "the inventory is being learnt from";
  pass(60);
  EXPECT_EQ(drawn_, drawn);
  whereabouts_->on_forwarding("sw-a1", {{mac("02:00:00:00:0c:01"), "3"}}, now_ms());
  slow_ = false;
  work_();
  EXPECT_TRUE(merged);
  EXPECT_EQ(drawn_, drawn + 1);
  pass(60);
  EXPECT_EQ(drawn_, drawn + 1) << "drawing took minutes: it has a fortieth of the time";
  pass(600);
  EXPECT_EQ(drawn_, drawn + 2) << "and its turn after ten minutes";
  EXPECT_EQ(whereabouts_->picture()->places.at("T-9001").at.to_string(), "sw-a1/3");
}

TEST_F(WhereaboutsTest, DrawsWithTheNewDesignAfterOneThatCameMeanwhile) {
  terminal_on("7");
  slow_ = true;
  sweep();
  pass(1);
  auto other = one_switch();
  other->design.stalls.front().terminals.front().serial = "T-9002";
  whereabouts_->set_model(other);
  slow_ = false;
  work_();
  EXPECT_EQ(whereabouts_->picture(), nullptr) << "it shows the old design";
  pass(20);
  EXPECT_TRUE(whereabouts_->picture()->places.contains("T-9002"));
  EXPECT_FALSE(whereabouts_->picture()->places.contains("T-9001"));
}

TEST_F(WhereaboutsTest, DrawsAtMostEveryFewSeconds) {
  terminal_on("3");
  sweep();
  pass(20);
  const auto before = drawn_;
  for (int i = 0; i < 100; ++i) {
    whereabouts_->on_neighbour({.address = *IpAddress::parse("10.0.4.1"),
                                .mac = mac("02:00:00:00:0c:01"),
                                .link = "eth1",
                                .state = "reachable"},
                               now_ms());
    loop_.advance(std::chrono::milliseconds{100});
  }
  EXPECT_LE(drawn_ - before, 3);
  EXPECT_GE(drawn_ - before, 1);
}

TEST(Surveys, AsksAFewAtATimeAndLeavesAloneWhoNeverEnds) {
  fakes::FakeLoop loop;
  int under_way = 0;
  int most = 0;
  class Endless final : public survey::Run {
   public:
    explicit Endless(int& count) : count_{count} { ++count_; }
    ~Endless() override { --count_; }

   private:
    int& count_;
  };
  Surveys surveys{loop, [&](const snmp::Target&, const survey::Done&) {
                    auto run = std::make_unique<Endless>(under_way);
                    most = std::max(most, under_way);
                    return run;
                  }};
  bool done = false;
  const snmp::Target target{.address = IpAddress::v4(1), .port = 161, .credentials = {}};
  std::vector<Surveys::Subject> subjects;
  for (std::size_t number = 0; number < 3 * kSurveysAtOnce; ++number) {
    subjects.push_back({std::to_string(number), target});
  }
  surveys.round(
      subjects, [](const std::string&, const survey::DeviceSurvey&) {}, [&] { done = true; });
  EXPECT_TRUE(surveys.under_way());
  loop.advance(3 * kSurveyMax + std::chrono::seconds{5});
  EXPECT_TRUE(done);
  EXPECT_FALSE(surveys.under_way());
  EXPECT_EQ(most, static_cast<int>(kSurveysAtOnce));
  EXPECT_EQ(under_way, 0);
}

TEST(Surveys, PassOverWhoIsNotAskedNow) {
  fakes::FakeLoop loop;
  Surveys surveys{loop, [&](const snmp::Target& target, survey::Done done) {
                    if (target.port % 2 == 1) return std::unique_ptr<survey::Run>{};
                    return std::unique_ptr<survey::Run>{new FakeRun{loop, {}, std::move(done)}};
                  }};
  std::vector<Surveys::Subject> subjects;
  for (std::uint16_t port = 1; port <= 10; ++port) {
    subjects.push_back(
        {std::to_string(port),
         {.address = IpAddress::v4(1), .port = port, .credentials = {}, .context = {}}});
  }
  std::size_t told = 0;
  bool done = false;
  surveys.round(
      subjects, [&](const std::string&, const survey::DeviceSurvey&) { ++told; },
      [&] { done = true; });
  loop.advance(std::chrono::seconds{10});
  EXPECT_EQ(told, 5U);
  EXPECT_TRUE(done);
}

TEST(Surveys, DoNotWaitForOneThatIsSlow) {
  fakes::FakeLoop loop;
  class Never final : public survey::Run {};
  Surveys surveys{loop, [&](const snmp::Target& target, survey::Done done) {
                    if (target.port == 1) return std::unique_ptr<survey::Run>{new Never};
                    return std::unique_ptr<survey::Run>{new FakeRun{loop, {}, std::move(done)}};
                  }};
  std::vector<Surveys::Subject> subjects;
  for (std::uint16_t port = 1; port <= 20; ++port) {
    subjects.push_back(
        {std::to_string(port),
         {.address = IpAddress::v4(1), .port = port, .credentials = {}, .context = {}}});
  }
  std::size_t told = 0;
  bool done = false;
  surveys.round(
      subjects, [&](const std::string&, const survey::DeviceSurvey&) { ++told; },
      [&] { done = true; });
  loop.advance(std::chrono::seconds{10});
  EXPECT_EQ(told, 19U);
  EXPECT_FALSE(done);
  loop.advance(kSurveyMax);
  EXPECT_TRUE(done);
  surveys.round(
      subjects, [](const std::string&, const survey::DeviceSurvey&) {}, [] {});
  loop.advance(std::chrono::seconds{1});
  surveys.cancel();
  EXPECT_FALSE(surveys.under_way());
  loop.advance(kSurveyMax);
}

}  // namespace
}  // namespace market::app
