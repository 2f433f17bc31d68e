#include "probes/wireless/channel.h"

namespace market::wireless {
namespace {

/// Numbers `first`, `first` + 4, ... `last`.
struct Run {
  int first, last;
  [[nodiscard]] bool holds(int channel) const {
    return channel >= first && channel <= last && (channel - first) % 4 == 0;
  }
};

constexpr Run kLow5{36, 64};
constexpr Run kMiddle5{100, 144};
constexpr Run kHigh5{149, 177};
constexpr Run kAll6{1, 233};
constexpr int kJapan2 = 14;
constexpr int kClass136 = 2;

const Run* run_of(Band band, int channel) {
  if (band == Band::G6) return kAll6.holds(channel) ? &kAll6 : nullptr;
  for (const auto* run : {&kLow5, &kMiddle5, &kHigh5}) {
    if (run->holds(channel)) return run;
  }
  return nullptr;
}

}  // namespace

std::string to_string(Band band) {
  return band == Band::G2 ? "2G" : band == Band::G5 ? "5G" : "6G";
}

std::optional<Band> parse_band(const std::string& text) {
  for (const auto band : {Band::G2, Band::G5, Band::G6}) {
    if (to_string(band) == text) return band;
  }
  return std::nullopt;
}

bool is_channel(Band band, int channel) {
  if (band == Band::G2) return channel >= 1 && channel <= kJapan2;
  if (band == Band::G6 && channel == kClass136) return true;
  return run_of(band, channel) != nullptr;
}

std::optional<Band> band_of_channel(int channel) {
  for (const auto band : {Band::G2, Band::G5}) {
    if (is_channel(band, channel)) return band;
  }
  return std::nullopt;
}

std::optional<int> frequency_of(Band band, int channel) {
  if (!is_channel(band, channel)) return std::nullopt;
  if (band == Band::G2) return channel == kJapan2 ? 2484 : 2407 + 5 * channel;
  if (band == Band::G5) return 5000 + 5 * channel;
  return channel == kClass136 ? 5935 : 5950 + 5 * channel;
}

std::optional<BandChannel> channel_of(int mhz) {
  if (mhz == 2484) return BandChannel{Band::G2, kJapan2};
  if (mhz == 5935) return BandChannel{Band::G6, kClass136};
  if (mhz % 5 != 0 && (mhz - 2407) % 5 != 0) return std::nullopt;
  if (mhz >= 2412 && mhz <= 2472) return BandChannel{Band::G2, (mhz - 2407) / 5};
  if (mhz % 5 != 0) return std::nullopt;
  const int in5 = (mhz - 5000) / 5;
  if (mhz < 5925 && is_channel(Band::G5, in5)) return BandChannel{Band::G5, in5};
  const int in6 = (mhz - 5950) / 5;
  if (mhz > 5950 && is_channel(Band::G6, in6)) return BandChannel{Band::G6, in6};
  return std::nullopt;
}

std::optional<int> centre_of(Band band, int primary, int width_mhz) {
  const auto own = frequency_of(band, primary);
  if (!own || width_mhz == 20) return own;
  if (band == Band::G2 || primary == kClass136) return std::nullopt;
  if (width_mhz != 40 && width_mhz != 80 && width_mhz != 160) return std::nullopt;
  const auto* run = run_of(band, primary);
  const int span = width_mhz / 5;  // channel numbers that the width covers
  const int block = run->first + (primary - run->first) / span * span;
  if (block + span - 4 > run->last) return std::nullopt;  // no room: 165 at 160 MHz
  return *frequency_of(band, block) + width_mhz / 2 - 10;
}

}  // namespace market::wireless
