// Channels and frequencies of IEEE 802.11: which number is which centre, in which band.
//
// Threads:  pure. Errors: what is no channel is nothing.
// Sources:  IEEE 802.11-2020, 15.4.4.3 (2.4 GHz: 2407 + 5n, channel 14 at 2484), 17.3.8.4 (5 GHz:
//           5000 + 5n), Annex E (operating classes); IEEE 802.11ax-2021, 27.3.23.2 (6 GHz:
//           5950 + 5n, channel 2 of class 136 at 5935).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace market::wireless {

enum class Band : std::uint8_t { G2, G5, G6 };
/// "2G", "5G", "6G", as a design writes it.
[[nodiscard]] std::string to_string(Band band);
[[nodiscard]] std::optional<Band> parse_band(const std::string& text);

/// True for the number of a 20 MHz channel of the band.
[[nodiscard]] bool is_channel(Band band, int channel);
/// The band that has this channel, where only one has: 36 may be 5 or 6 GHz in theory, and is taken
/// for 5 GHz, because every agent that knows 6 GHz tells the band.
[[nodiscard]] std::optional<Band> band_of_channel(int channel);
/// Centre of a 20 MHz channel, MHz.
[[nodiscard]] std::optional<int> frequency_of(Band band, int channel);

struct BandChannel {
  Band band;
  int channel;
  friend bool operator==(BandChannel, BandChannel) = default;
};
/// The 20 MHz channel whose centre this is.
[[nodiscard]] std::optional<BandChannel> channel_of(int mhz);

/// Centre of the whole width around a primary channel, where the standard leaves one answer: not
/// for 40 MHz in the 2.4 GHz band nor for 320 MHz.
[[nodiscard]] std::optional<int> centre_of(Band band, int primary, int width_mhz);

}  // namespace market::wireless
