// The text that is written straight from a snapshot, held against prometheus-cpp: read back into
// its metric objects, its TextSerializer must print the same octets.
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>

#include "daemon/metrics/family.h"
#include "tests/unit/daemon/metrics/sample_snapshots.h"

namespace market::metrics {
namespace {

/// One sample line of the text format 0.0.4 without a timestamp.
class Line {
 public:
  explicit Line(std::string text) : text_{std::move(text)} {}

  prometheus::ClientMetric read(prometheus::MetricType type) {
    prometheus::ClientMetric metric;
    at_ = text_.find_first_of("{ ");
    while (text_[at_] == '{' || text_[at_] == ',') metric.label.push_back(label());
    if (text_[at_] == '}') ++at_;
    const double value = std::strtod(text_.c_str() + at_ + 1, nullptr);
    (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return metric;
  }

 private:
  prometheus::ClientMetric::Label label() {
    prometheus::ClientMetric::Label made;
    const auto equals = text_.find('=', at_);
    made.name = text_.substr(at_ + 1, equals - at_ - 1);
    for (at_ = equals + 2; text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        made.value += text_[at_];
        continue;
      }
      ++at_;
      made.value += text_[at_] == 'n' ? '\n' : text_[at_];
    }
    ++at_;
    return made;
  }

  std::string text_;
  std::size_t at_ = 0;
};

std::string reprinted(const std::string& text) {
  std::vector<prometheus::MetricFamily> families;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      const auto name_end = line.find(' ', 7);
      families.emplace_back().name = line.substr(7, name_end - 7);
      families.back().help = line.substr(name_end + 1);
    } else if (line.starts_with("# TYPE ")) {
      families.back().type = line.ends_with(" counter") ? prometheus::MetricType::Counter
                                                        : prometheus::MetricType::Gauge;
    } else {
      families.back().metric.push_back(Line{line}.read(families.back().type));
    }
  }
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, families);
  return std::move(out).str();
}

TEST(Text, OfAWholeMarketIsWhatPrometheusCppPrints) {
  const auto text = render(test::rich_snapshot(), test::small_self());
  ASSERT_GT(text.size(), 4000U);
  EXPECT_EQ(text, reprinted(text));
}

TEST(Text, OfHardLabelsAndNumbersIsWhatPrometheusCppPrints) {
  Family ports{kPortOperUp};
  int port = 0;
  for (const double value :
       {0.0, -0.0, 1.0, -7.0, 0.1, 1.0 / 3.0, 1e15, 1e16, 123456789012345678.0, 9007199254740991.0,
        1e-7, 2.5e300, std::numeric_limits<double>::denorm_min(),
        std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::nan("")}) {
    ports.add({"back\\slash \"quote\" line\nend 대구", std::to_string(++port)}, value);
  }
  EXPECT_EQ(ports.text(), reprinted(ports.text()));
}

}  // namespace
}  // namespace market::metrics
