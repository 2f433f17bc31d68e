// Asks the switches, access points and routers of a market who they see, a few at a time: one that
// is slow does not keep the others waiting.
//
// Threads:  confined to the loop's thread.
// Errors:   none: what a device did not tell is in its survey's gaps. One that takes longer than
//           kSurveyMax is left alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "probes/io/loop.h"
#include "probes/snmp/client.h"
#include "probes/survey/start.h"

namespace market::app {

/// A core switch with thousands of MACs in 64 VLANs takes a minute.
inline constexpr std::chrono::minutes kSurveyMax{5};
/// An uplink bears that beside the polls.
inline constexpr std::size_t kSurveysAtOnce = 4;
/// Before the next device is begun: polls go first.
inline constexpr std::chrono::milliseconds kSurveyPause{100};

class Surveys {
 public:
  struct Subject {
    std::string key;  ///< of the record
    snmp::Target target;
  };
  /// How one device is asked: survey::start_survey, or a test's fake. Null = it is not asked now.
  using Start = std::function<std::unique_ptr<survey::Run>(const snmp::Target&, survey::Done)>;
  using Take = std::function<void(const std::string& key, survey::DeviceSurvey)>;

  Surveys(io::Loop& loop, Start start) : loop_{loop}, start_{std::move(start)} {}

  /// Nothing happens while a round is under way. `take` once a device, then `done`.
  void round(std::vector<Subject> subjects, Take take, std::function<void()> done);
  void cancel();
  [[nodiscard]] bool under_way() const { return under_way_; }

 private:
  struct UnderWay {
    std::unique_ptr<survey::Run> run;
    io::Timer timer;  ///< until it has taken too long, or is over
  };
  void next();
  void ended(const std::string& key);

  io::Loop& loop_;
  Start start_;
  std::deque<Subject> waiting_;
  Take take_;
  std::function<void()> done_;
  std::map<std::string, UnderWay> runs_;  ///< by record
  io::Timer timer_;
  bool under_way_ = false;
};

}  // namespace market::app
