// MarketSim's own: requests in the manner of devices that are not written by their columns.
// 32473.8.1.0 set to 1 gives the base port in 32473.8.2.0 the PVID in 32473.8.3.0; 32473.8.4.0 is
// idle(1), busy(2), passed(3) or failed(4), 32473.8.5.0 why.

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

constexpr std::uint32_t kRequest = 1, kPort = 2, kVid = 3, kStatus = 4, kResult = 5;

class Requests : public Scalars {
 public:
  Requests()
      : Scalars{{kRequestRoot.begin(), kRequestRoot.end()},
                {{kRequest, Writable{Tag::Integer, 1, 1}},
                 {kPort, Writable{Tag::Integer, 1, 65535}},
                 {kVid, Writable{Tag::Unsigned32, 1, 4094}},
                 {kStatus, {}},
                 {kResult, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    const PvidRequest& last = view.device.managed->request;
    switch (column) {
      case kPort:
        return Value::integer(last.port);
      case kVid:
        return Value::gauge(static_cast<std::uint32_t>(last.vid));
      case kStatus:
        return Value::integer(status(last, view.now));
      case kResult:
        return Value::integer(last.result);
      default:
        return Value::integer(0);  // none under way that could be told here
    }
  }

  [[nodiscard]] ErrorStatus write(Draft& draft, std::uint32_t column,
                                  const Value& value) const override {
    if (column == kRequest) draft.asks = true;
    if (column == kPort) draft.request.port = value.number;
    if (column == kVid) draft.request.vid = value.number;
    return ErrorStatus::NoError;
  }

 private:
  static std::int64_t status(const PvidRequest& last, Time now) {
    constexpr std::int64_t kIdle = 1, kBusy = 2, kPassed = 3, kFailed = 4;
    if (!last.made) return kIdle;
    if (now < last.ready) return kBusy;
    return last.result == 0 ? kPassed : kFailed;
  }
};

}  // namespace

void add_request_mib(Tables& tables) { tables.push_back(std::make_unique<Requests>()); }

}  // namespace market::sim
