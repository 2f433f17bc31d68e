#include "config/profile/wireless_words.h"

namespace market::profile {

using F = WirelessField;
using Kind = WirelessUnit::Kind;

const WordList<WirelessRow>& wireless_rows() {
  static const WordList<WirelessRow> words{{"device", WirelessRow::Device},
                                           {"access-points", WirelessRow::AccessPoint},
                                           {"radios", WirelessRow::Radio},
                                           {"ssids", WirelessRow::Ssid},
                                           {"clients", WirelessRow::Client}};
  return words;
}

const WordList<WirelessField>& wireless_fields() {
  static const WordList<WirelessField> words{{"name", F::Name},
                                             {"mac", F::Mac},
                                             {"model", F::Model},
                                             {"serial", F::Serial},
                                             {"firmware", F::Firmware},
                                             {"address", F::Address},
                                             {"online", F::Online},
                                             {"id", F::Id},
                                             {"band", F::Band},
                                             {"channel", F::Channel},
                                             {"frequency", F::Frequency},
                                             {"width", F::Width},
                                             {"tx-power", F::TxPower},
                                             {"noise", F::Noise},
                                             {"utilisation", F::Utilisation},
                                             {"utilisation-tx", F::UtilisationTx},
                                             {"utilisation-rx", F::UtilisationRx},
                                             {"utilisation-other", F::UtilisationOther},
                                             {"retries", F::Retries},
                                             {"tx-frames", F::TxFrames},
                                             {"tx-retries", F::TxRetries},
                                             {"clients", F::Clients},
                                             {"ssid", F::SsidName},
                                             {"bssid", F::Bssid},
                                             {"vlan", F::Vlan},
                                             {"access-point", F::AccessPointRef},
                                             {"radio", F::RadioRef}};
  return words;
}

const WordList<WirelessUnit>& wireless_units() {
  static const WordList<WirelessUnit> words{{"dBm", {Kind::Power, 1.0}},
                                            {"0.5dBm", {Kind::Power, 0.5}},
                                            {"0.25dBm", {Kind::Power, 0.25}},
                                            {"0.1dBm", {Kind::Power, 0.1}},
                                            {"0.01dBm", {Kind::Power, 0.01}},
                                            {"-dBm", {Kind::Power, -1.0}},
                                            {"dBm-octet", {Kind::Power, 1.0, true}},
                                            {"mW", {Kind::Milliwatt, 1.0}},
                                            {"percent", {Kind::Ratio, 0.01}},
                                            {"per-mille", {Kind::Ratio, 0.001}},
                                            {"per-10000", {Kind::Ratio, 0.0001}},
                                            {"per-255", {Kind::Ratio, 1.0 / 255.0}},
                                            {"ratio", {Kind::Ratio, 1.0}},
                                            {"MHz", {Kind::Frequency, 1.0}},
                                            {"kHz", {Kind::Frequency, 0.001}},
                                            {"Hz", {Kind::Frequency, 0.000001}}};
  return words;
}

const WordList<WirelessIndexPart::Name>& wireless_index_names() {
  using Name = WirelessIndexPart::Name;
  static const WordList<Name> words{{"access-point", Name::AccessPoint},
                                    {"radio", Name::Radio},
                                    {"ssid", Name::Ssid},
                                    {"bssid", Name::Bssid},
                                    {"client", Name::Client},
                                    {"channel", Name::Channel},
                                    {"skip", Name::Skip}};
  return words;
}

const WordList<WirelessIndexPart::Shape>& wireless_index_shapes() {
  using Shape = WirelessIndexPart::Shape;
  static const WordList<Shape> words{{"number", Shape::Number},
                                     {"mac", Shape::Mac},
                                     {"string", Shape::String},
                                     {"rest", Shape::Rest}};
  return words;
}

WirelessUnit default_unit(WirelessField field) {
  switch (field) {
    case F::TxPower:
    case F::Noise:
      return {Kind::Power, 1.0};
    case F::Utilisation:
    case F::UtilisationTx:
    case F::UtilisationRx:
    case F::UtilisationOther:
    case F::Retries:
      return {Kind::Ratio, 0.01};
    case F::Frequency:
    case F::Width:
      return {Kind::Frequency, 1.0};
    default:
      return {};
  }
}

bool can_have(WirelessRow row, WirelessField field) {
  switch (row) {
    case WirelessRow::Device:
      return field == F::Clients;
    case WirelessRow::AccessPoint:
      return field <= F::Online || field == F::Clients;
    case WirelessRow::Radio:
      return (field >= F::Id && field <= F::Clients) || field == F::AccessPointRef;
    case WirelessRow::Ssid:
      return field == F::Clients || field >= F::SsidName;
    case WirelessRow::Client:
      return field == F::Mac || field == F::SsidName || field == F::Bssid ||
             field == F::AccessPointRef || field == F::RadioRef;
  }
  return false;
}

}  // namespace market::profile
