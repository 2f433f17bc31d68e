// A recording that somebody sent: read, identified, and its tables made a survey of.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "config/profile/profile.h"
#include "probes/snmp/recording.h"
#include "probes/survey/survey_of.h"
#include "probes/sweep/sweep.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace market;  // NOLINT(google-build-using-namespace): a program of one function
  static const ProfileSet kProfiles = [] {
    auto loaded = load_profiles(std::string{MARKET_SOURCE_DIR "/config/share/profiles"});
    if (!loaded.profiles) std::abort();
    return *std::move(loaded.profiles);
  }();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are text here
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto recording = snmp::read_recording(text, "fuzz.snmprec");
  (void)sweep::identify(kProfiles, recording.bindings);
  (void)survey::survey_of(recording.bindings);
  return 0;
}
