#include "daemon/app/surveys.h"

#include <utility>

namespace market::app {

void Surveys::round(std::vector<Subject> subjects, Take take, std::function<void()> done) {
  if (under_way_) return;
  waiting_.assign(std::make_move_iterator(subjects.begin()),
                  std::make_move_iterator(subjects.end()));
  take_ = std::move(take);
  done_ = std::move(done);
  under_way_ = true;
  timer_ = loop_.after(kSurveyPause, [this] { next(); });
}

void Surveys::cancel() {
  runs_.clear();
  timer_.cancel();
  waiting_.clear();
  under_way_ = false;
}

void Surveys::next() {
  if (waiting_.empty() && runs_.empty()) {
    under_way_ = false;
    if (const auto done = std::exchange(done_, {}); done) done();
    return;
  }
  if (waiting_.empty() || runs_.size() == kSurveysAtOnce) return;  // ended() goes on
  auto subject = std::move(waiting_.front());
  waiting_.pop_front();
  timer_ = loop_.after(kSurveyPause, [this] { next(); });
  auto& started = runs_[subject.key];
  started.timer = loop_.after(kSurveyMax, [this, key = subject.key] { ended(key); });
  started.run = start_(subject.target, [this, key = subject.key](survey::DeviceSurvey survey) {
    // The run may not be destroyed before its call has returned.
    runs_.at(key).timer = loop_.after(io::Duration::zero(), [this, key] { ended(key); });
    take_(key, std::move(survey));
  });
  if (!started.run) ended(subject.key);
}

void Surveys::ended(const std::string& given) {
  const std::string key = given;  // it is the timer's, which goes now
  runs_.erase(key);
  timer_ = loop_.after(kSurveyPause, [this] { next(); });
}

}  // namespace market::app
