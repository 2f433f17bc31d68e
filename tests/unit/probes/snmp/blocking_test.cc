#include "probes/snmp/blocking.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "probes/io/asio_loop.h"
#include "tests/fakes/fake_loop.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;

// Answers at the loop's next turn, and counts the questions that are still held.
class PromptClient final : public Client {
 public:
  explicit PromptClient(io::Loop& loop) : loop_{loop} {}

  Request get(const Target& /*target*/, std::span<const Oid> oids, Patience /*patience*/,
              Handler handler) override {
    return answer({{oids.front(), Integer{1}}}, std::move(handler));
  }
  Request walk(const Target& /*target*/, Oid root, std::size_t max_bindings, Patience /*patience*/,
               Handler handler) override {
    return answer({{root, Unsigned32{static_cast<std::uint32_t>(max_bindings)}}},
                  std::move(handler));
  }
  Request next(const Target& target, std::span<const Oid> roots, Patience patience,
               Handler handler) override {
    return get(target, roots, patience, std::move(handler));
  }
  Request walk_table(const Target& target, std::span<const Oid> columns, std::size_t,
                     Patience patience, Handler handler) override {
    return get(target, columns, patience, std::move(handler));
  }
  Request set(const Target& /*target*/, std::span<const VarBind> bindings, Patience /*patience*/,
              Handler handler) override {
    return answer({bindings.begin(), bindings.end()}, std::move(handler));
  }
  [[nodiscard]] Counters counters() const override { return {}; }

  std::atomic<int> held = 0;

 private:
  class Held final : public Request::Impl {
   public:
    explicit Held(std::atomic<int>& count) : count_{count} { ++count_; }
    ~Held() override { --count_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    std::atomic<int>& count_;
  };

  Request answer(std::vector<VarBind> bindings, Handler handler) {
    EXPECT_TRUE(loop_.on_loop_thread());
    loop_.post([bindings = std::move(bindings), handler = std::move(handler)] {
      handler(Answer{bindings, 1us, 1});
    });
    return Request{std::make_unique<Held>(held)};
  }

  io::Loop& loop_;
};

TEST(BlockingClient, WaitsForTheOutcomeOnAnotherThread) {
  io::AsioLoop loop;
  PromptClient client{loop};
  const auto blocking = make_blocking(loop, client);
  std::thread runner{[&loop] { loop.run(); }};
  const Target target{IpAddress::v4(1), 161, {}};
  const std::vector<Oid> oids{{1, 3, 6, 1}};
  const std::vector<VarBind> bindings{{{1, 3, 6, 2}, Octets{"x"}}};
  const auto got = blocking->get(target, oids, {});
  const auto walked = blocking->walk(target, Oid{1, 3}, 17, {});
  const auto written = blocking->set(target, bindings, {});
  loop.stop();
  runner.join();
  EXPECT_EQ(std::get<Answer>(got).bindings.at(0).oid, oids[0]);
  EXPECT_EQ(as_number(std::get<Answer>(walked).bindings.at(0).value), 17);
  EXPECT_EQ(std::get<Answer>(written).bindings.at(0).value, bindings[0].value);
  EXPECT_EQ(client.held, 0) << "each request is dropped with its outcome";
}

TEST(BlockingClientDeathTest, RefusesToBlockTheLoopsOwnThread) {
  fakes::FakeLoop loop;  // its thread is this one
  PromptClient client{loop};
  const auto blocking = make_blocking(loop, client);
  const std::vector<Oid> oids{{1, 3, 6, 1}};
  EXPECT_DEATH((void)blocking->get({IpAddress::v4(1), 161, {}}, oids, {}), "loop's own thread");
}

}  // namespace
}  // namespace market::snmp
