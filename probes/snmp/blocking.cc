#include "probes/snmp/blocking.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>
#include <utility>
#include <vector>

namespace market::snmp {
namespace {

using std::chrono::milliseconds;

// Every outcome comes by itself, since every exchange is bounded; these only keep a thread from
// waiting for a loop that was stopped. A question may stand behind others to the same agent.
constexpr milliseconds kGrace = std::chrono::seconds{30};
constexpr milliseconds kLongestWait = std::chrono::minutes{10};
// Few agents put less than ten rows into a GETBULK answer.
constexpr std::size_t kRowsPerExchange = 10;
constexpr std::size_t kOidsPerExchange = 20;

milliseconds deadline_for(Patience patience, std::size_t exchanges) {
  const auto each = patience.timeout * std::max(patience.attempts, 1);
  // Discovery and clock of a v3 engine come before the first exchange.
  const auto count = static_cast<std::int64_t>(std::min<std::size_t>(exchanges, 100'000)) + 3;
  return std::min(kGrace + each * count, kLongestWait);
}

// One call, shared by the thread that waits and the loop; the request lives on the loop only.
struct Call {
  std::promise<Outcome> promise;
  std::optional<Request> request;  // touched on the loop's thread only
  std::atomic<bool> abandoned = false;
};

class LoopClient final : public BlockingClient {
 public:
  LoopClient(io::Loop& loop, Client& client) : loop_{loop}, client_{client} {}

  Outcome get(const Target& target, std::span<const Oid> oids, Patience patience) override {
    return run(
        deadline_for(patience, oids.size() / kOidsPerExchange),
        [&client = client_, target, patience, asked = std::vector<Oid>{oids.begin(), oids.end()}](
            Handler handler) { return client.get(target, asked, patience, std::move(handler)); });
  }
  Outcome walk(const Target& target, const Oid& root, std::size_t max_bindings,
               Patience patience) override {
    return run(deadline_for(patience, max_bindings / kRowsPerExchange),
               [&client = client_, target, root, max_bindings, patience](Handler handler) {
                 return client.walk(target, root, max_bindings, patience, std::move(handler));
               });
  }
  Outcome set(const Target& target, std::span<const VarBind> bindings, Patience patience) override {
    return run(deadline_for(patience, 1),
               [&client = client_, target, patience,
                written = std::vector<VarBind>{bindings.begin(), bindings.end()}](Handler handler) {
                 return client.set(target, written, patience, std::move(handler));
               });
  }

 private:
  Outcome run(milliseconds deadline, std::function<Request(Handler)> begin) {
    if (loop_.on_loop_thread()) {
      std::fputs("snmp::BlockingClient: called on the loop's own thread\n", stderr);
      std::abort();
    }
    const auto call = std::make_shared<Call>();
    auto outcome = call->promise.get_future();
    loop_.post([call, begin = std::move(begin)] {
      if (call->abandoned) return;
      call->request = begin([call](Outcome told) {
        call->promise.set_value(std::move(told));
        call->request.reset();  // breaks the circle of request, handler and call
      });
    });
    if (outcome.wait_for(deadline) == std::future_status::ready) return outcome.get();
    call->abandoned = true;
    loop_.post([call] { call->request.reset(); });
    return Silence{deadline};
  }

  io::Loop& loop_;
  Client& client_;
};

}  // namespace

std::unique_ptr<BlockingClient> make_blocking(io::Loop& loop, Client& client) {
  return std::make_unique<LoopClient>(loop, client);
}

}  // namespace market::snmp
