// daemon/app/model: what of the settings is not as it was written.
#include "daemon/app/model.h"

#include <gmock/gmock.h>

namespace market::app {
namespace {

TEST(ReadCredentials, BeginWithThoseThatTellNoSecret) {
  Settings settings;
  for (const auto& [id, version] :
       {std::pair{"old", "2c"}, {"noc", "3"}, {"older", "1"}, {"noc-2", "3"}}) {
    CredentialSettings one;
    one.id = id;
    one.version = version;
    settings.read_credentials.push_back(one);
  }
  std::vector<std::string> ids;
  for (const auto& each : read_credentials(settings)) ids.push_back(each.id);
  EXPECT_THAT(ids, ::testing::ElementsAre("noc", "noc-2", "old", "older"));
}

}  // namespace
}  // namespace market::app
