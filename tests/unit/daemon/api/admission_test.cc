// daemon/api: who may ask, and how a path is read. Pure rules; server_test.cc has them over a wire.
#include "daemon/api/admission.h"

#include <gtest/gtest.h>

#include "daemon/api/routes.h"
#include "daemon/api/target.h"

namespace market::api {
namespace {

const std::vector<std::string> kNames{"noc.example", "Gw1"};

TEST(Host, IsOursByAddressLocalhostOrConfiguredName) {
  for (const auto* host : {"127.0.0.1", "127.0.0.1:9750", "10.64.0.1:80", "[::1]", "[fd00::1]:9750",
                           "localhost", "LOCALHOST:9750", "noc.example:9750", "GW1"}) {
    EXPECT_TRUE(is_our_host(host, kNames)) << host;
  }
}
TEST(Host, IsNotOursByAnyOtherName) {
  for (const auto* host :
       {"", ":9750", "evil.example", "evil.example:9750", "localhost.evil.example",
        "127.0.0.1.evil", "noc.example.evil", "xnoc.example", "127.0.0.1:97x", "127.0.0.1:123456",
        "[::1", "[::1]x", "[127.0.0.1]", "[localhost]", "::1", "evil@127.0.0.1", "127.0.0.1/evil",
        "2130706433"}) {
    EXPECT_FALSE(is_our_host(host, kNames)) << host;
  }
}
TEST(Host, MustBeThereOnce) {
  EXPECT_EQ(refuse_host({{}, {}, "", ""}, kNames)->status, 400U);
  EXPECT_EQ(refuse_host({{"localhost", "evil.example"}, {}, "", ""}, kNames)->status, 400U);
  EXPECT_EQ(refuse_host({{"evil.example"}, {}, "", ""}, kNames)->status, 403U);
  EXPECT_FALSE(refuse_host({{"localhost"}, {}, "", ""}, kNames));
}

Head post(std::optional<std::string> origin, std::string type = "application/json") {
  return {{"Gw1:9750"}, std::move(origin), std::move(type), ""};
}
TEST(Write, NeedsNoOriginButRefusesAForeignOne) {
  EXPECT_FALSE(refuse_write(post({})));
  EXPECT_FALSE(refuse_write(post("http://gw1:9750")));
  EXPECT_FALSE(refuse_write(post("https://GW1:9750")));
  for (const auto* origin : {"", "null", "http://evil.example", "http://gw1", "http://gw1:9751",
                             "http://gw1:9750.evil.example", "gw1:9750", "http://gw1:9750/"}) {
    EXPECT_EQ(refuse_write(post(origin))->status, 403U) << origin;
  }
}
TEST(Write, NeedsJson) {
  for (const auto* type : {"application/json", "Application/JSON; charset=utf-8"}) {
    EXPECT_FALSE(refuse_write(post({}, type))) << type;
  }
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data", "application/jsonx", "text/json"}) {
    EXPECT_EQ(refuse_write(post({}, type))->status, 415U) << type;
  }
}
TEST(CrossSite, ReadsThatAskDevicesAreRefused) {
  EXPECT_EQ(refuse_cross_site({{}, {}, "", "cross-site"})->status, 403U);
  for (const auto* site : {"", "same-origin", "none"}) {
    EXPECT_FALSE(refuse_cross_site({{}, {}, "", site})) << site;
  }
}

using Segments = std::vector<std::string>;
TEST(Target, ComesApartBeforeItIsDecoded) {
  EXPECT_EQ(segments_of("/"), Segments{});
  EXPECT_EQ(segments_of("/?x=/y"), Segments{});
  EXPECT_EQ(segments_of("/api/v1/stalls/%EA%B0%80-1?x=%zz"),
            (Segments{"api", "v1", "stalls", "가-1"}));
  EXPECT_EQ(segments_of("/a%2Fb"), Segments{"a/b"});
  EXPECT_EQ(segments_of("/a/"), (Segments{"a", ""}));
  EXPECT_EQ(segments_of("//"), (Segments{"", ""}));
}
TEST(Target, RefusesWhatIsNoPath) {
  for (const auto* target :
       {"", "*", "a", "http://x/", "/%", "/%4", "/%zz", "/%00", "/%+1", "/% 1"}) {
    EXPECT_FALSE(segments_of(target)) << target;
  }
}

TEST(Route, GivesTheIdDecoded) {
  const auto found = find_route("GET", "/api/v1/stalls/B%2F201%20%EA%B0%80");
  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.id, "B/201 가");
}
TEST(Route, SaysWhichMethodsAPathTakes) {
  for (const auto* method : {"POST", "DELETE", "OPTIONS", "get"}) {
    const auto found = find_route(method, "/api/v1/status");
    EXPECT_EQ(found.route, nullptr);
    EXPECT_EQ(found.refusal.status, 405U) << method;
    EXPECT_EQ(found.refusal.headers.back(),
              (std::pair<std::string, std::string>{"Allow", "GET, HEAD"}));
  }
  EXPECT_EQ(find_route("GET", "/api/v1/apply").refusal.headers.back().second, "POST");
}
TEST(Route, KnowsNoOtherPaths) {
  for (const auto* path :
       {"/api", "/api/v1", "/api/v1/", "/api/v1/stalls/", "/api/v1/stalls/a/b", "/assets/",
        "/assets/../metrics", "/assets/%2e%2e/x", "//metrics", "/metrics/", "/api/v1/Status"}) {
    EXPECT_EQ(find_route("GET", path).refusal.status, 404U) << path;
  }
}

}  // namespace
}  // namespace market::api
