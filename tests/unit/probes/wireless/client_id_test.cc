// probes/wireless/client_id: the MAC of a client does not leave in clear.
#include "probes/wireless/client_id.h"

#include <gtest/gtest.h>

namespace market::wireless {
namespace {

const MacAddress kPhone = MacAddress::parse("02:00:00:00:0a:01").value();

TEST(ClientId, IsTheSameForTheSameClientInOneMarket) {
  EXPECT_EQ(client_id(kPhone, "market-1"), client_id(kPhone, "market-1"));
  EXPECT_NE(client_id(kPhone, "market-1"), client_id(kPhone, "market-2"));
  EXPECT_NE(client_id(kPhone, "market-1"),
            client_id(MacAddress::parse("02:00:00:00:0a:02").value(), "market-1"));
}

TEST(ClientId, IsTheFirst64BitsOfHmacSha256) {
  // printf '\x02\x00\x00\x00\x0a\x01' | openssl dgst -sha256 -hmac market-1
  EXPECT_EQ(client_id(kPhone, "market-1"), "c4bcfced5104b7aa");
}

TEST(ClientId, IsNotMadeWithoutAKey) { EXPECT_EQ(client_id(kPhone, ""), ""); }

}  // namespace
}  // namespace market::wireless
