// probes/wireless/channel: numbers and centres of IEEE 802.11.
#include "probes/wireless/channel.h"

#include <gtest/gtest.h>

namespace market::wireless {
namespace {

TEST(Channel, HasTheCentreThatTheStandardGivesIt) {
  EXPECT_EQ(frequency_of(Band::G2, 1), 2412);
  EXPECT_EQ(frequency_of(Band::G2, 13), 2472);
  EXPECT_EQ(frequency_of(Band::G2, 14), 2484);
  EXPECT_EQ(frequency_of(Band::G5, 36), 5180);
  EXPECT_EQ(frequency_of(Band::G5, 165), 5825);
  EXPECT_EQ(frequency_of(Band::G6, 1), 5955);
  EXPECT_EQ(frequency_of(Band::G6, 233), 7115);
  EXPECT_EQ(frequency_of(Band::G6, 2), 5935);
}

TEST(Channel, IsNoneWhereTheStandardHasNone) {
  EXPECT_FALSE(frequency_of(Band::G2, 0));
  EXPECT_FALSE(frequency_of(Band::G2, 15));
  EXPECT_FALSE(frequency_of(Band::G5, 38)) << "a centre of 40 MHz is no primary channel";
  EXPECT_FALSE(frequency_of(Band::G5, 96));
  EXPECT_FALSE(frequency_of(Band::G6, 3));
  EXPECT_FALSE(frequency_of(Band::G5, -4));
}

TEST(Channel, IsFoundAgainByItsCentre) {
  for (const auto band : {Band::G2, Band::G5, Band::G6}) {
    for (int channel = 1; channel <= 233; ++channel) {
      const auto mhz = frequency_of(band, channel);
      if (mhz) {
        EXPECT_EQ(channel_of(*mhz), (BandChannel{band, channel})) << *mhz;
      }
    }
  }
  for (const int nothing : {0, -5, 2413, 2477, 5000, 5860, 5945, 7120, 58320, 1'000'000}) {
    EXPECT_FALSE(channel_of(nothing)) << nothing;
  }
}

TEST(Channel, HasAWidthAroundTheRightBlock) {
  EXPECT_EQ(centre_of(Band::G5, 36, 20), 5180);
  EXPECT_EQ(centre_of(Band::G5, 36, 40), 5190);
  EXPECT_EQ(centre_of(Band::G5, 40, 40), 5190);
  EXPECT_EQ(centre_of(Band::G5, 48, 80), 5210);
  EXPECT_EQ(centre_of(Band::G5, 100, 160), 5570);
  EXPECT_EQ(centre_of(Band::G5, 161, 80), 5775);
  EXPECT_EQ(centre_of(Band::G6, 37, 80), 6145);
  EXPECT_FALSE(centre_of(Band::G5, 132, 160)) << "only 100..128 have room for 160 MHz";
  EXPECT_FALSE(centre_of(Band::G2, 6, 40)) << "above or below: not told";
  EXPECT_FALSE(centre_of(Band::G6, 37, 320));
  EXPECT_FALSE(centre_of(Band::G5, 36, 0));
}

TEST(Channel, TellsTheBandOfItsNumber) {
  EXPECT_EQ(band_of_channel(6), Band::G2);
  EXPECT_EQ(band_of_channel(149), Band::G5);
  EXPECT_FALSE(band_of_channel(0));
  EXPECT_FALSE(band_of_channel(201));
  EXPECT_EQ(parse_band("6G"), Band::G6);
  EXPECT_FALSE(parse_band("60G"));
}

}  // namespace
}  // namespace market::wireless
