// Every metric by name, once: what it means, what tells its series apart.
//
// Names follow the rules for Prometheus exporters: base units, `_total` for counters only,
// `_timestamp_seconds` for Unix times. `market_` is the market, `marketd_` this program. A state
// set has one series per state, of which exactly one is 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace market::metrics {

enum class Kind : std::uint8_t { Gauge, Counter };

struct Definition {
  static constexpr std::size_t kMaxLabels = 14;

  std::string_view name, help;
  Kind kind = Kind::Gauge;
  std::array<std::string_view, kMaxLabels> labels{};  ///< empty ones at the end do not count
};

// Devices. What was read from a device is shown only while it answers: the last value is never
// repeated for a device that fell silent.
inline constexpr Definition kDeviceInfo{
    "market_device_info",
    "Always 1; what is known of a device. in_design is true or false",
    Kind::Gauge,
    {"device", "class", "in_design", "vendor", "model", "firmware", "serial", "mac", "address",
     "profile", "sys_name", "parent", "port", "stall"}};
inline constexpr Definition kDeviceState{
    "market_device_state",
    "State set: unknown, up, suspect, down or unreachable (silent behind a device that is down)",
    Kind::Gauge,
    {"device", "class", "state"}};
inline constexpr Definition kDeviceUp{
    "market_device_up",
    "1 the device answers, 0 it does not; no series while that is undecided",
    Kind::Gauge,
    {"device", "class"}};
inline constexpr Definition kDeviceStateChanged{
    "market_device_state_changed_timestamp_seconds",
    "Unix time of the last change of state; no series before the first",
    Kind::Gauge,
    {"device", "class"}};
inline constexpr Definition kDeviceLastSuccess{
    "market_device_last_success_timestamp_seconds",
    "Unix time of the last answer; no series before the first",
    Kind::Gauge,
    {"device", "class"}};
inline constexpr Definition kDevicePollDuration{
    "market_device_poll_duration_seconds",
    "Round trip of the last answer; no series while the device is silent",
    Kind::Gauge,
    {"device", "class"}};
inline constexpr Definition kDevicePolls{
    "market_device_polls_total", "Polls that came to an end", Kind::Counter, {"device", "class"}};
inline constexpr Definition kDevicePollFailures{"market_device_poll_failures_total",
                                                "Polls that came to an end without an answer",
                                                Kind::Counter,
                                                {"device", "class"}};
inline constexpr Definition kDeviceUptime{
    "market_device_uptime_seconds",
    "sysUpTime of the device, which starts again after 497 days; no series while it is silent",
    Kind::Gauge,
    {"device", "class"}};
inline constexpr Definition kDevices{
    "market_devices", "Devices by class and state", Kind::Gauge, {"class", "state"}};

// Switch ports.
inline constexpr Definition kPortInfo{"market_port_info",
                                      "Always 1; the label (ifAlias) of a port",
                                      Kind::Gauge,
                                      {"device", "port", "alias"}};
inline constexpr Definition kPortAdminUp{"market_port_admin_up",
                                         "1 the port is enabled (ifAdminStatus), 0 it is not",
                                         Kind::Gauge,
                                         {"device", "port"}};
inline constexpr Definition kPortOperUp{"market_port_oper_up",
                                        "1 the port has link (ifOperStatus), 0 it has none",
                                        Kind::Gauge,
                                        {"device", "port"}};
inline constexpr Definition kPortReceiveBytes{"market_port_receive_bytes_total",
                                              "Octets the port received (ifHCInOctets)",
                                              Kind::Counter,
                                              {"device", "port"}};
inline constexpr Definition kPortTransmitBytes{"market_port_transmit_bytes_total",
                                               "Octets the port sent (ifHCOutOctets)",
                                               Kind::Counter,
                                               {"device", "port"}};
inline constexpr Definition kPortReceiveErrors{"market_port_receive_errors_total",
                                               "Frames received with errors (ifInErrors)",
                                               Kind::Counter,
                                               {"device", "port"}};
inline constexpr Definition kPortTransmitErrors{
    "market_port_transmit_errors_total",
    "Frames that could not be sent because of errors (ifOutErrors)",
    Kind::Counter,
    {"device", "port"}};

// Radios. `radio` is what the device calls it, `access_point` the AP of a controller: empty for
// the device itself. What the device does not tell has no series.
inline constexpr Definition kRadioChannel{"market_radio_channel",
                                          "Channel number the radio is on (IEEE 802.11)",
                                          Kind::Gauge,
                                          {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioFrequency{"market_radio_frequency_hertz",
                                            "Centre of the channel in its whole width",
                                            Kind::Gauge,
                                            {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioWidth{"market_radio_channel_width_hertz",
                                        "Width of the channel",
                                        Kind::Gauge,
                                        {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioTxPower{"market_radio_tx_power_dbm",
                                          "Transmit power of the radio, in dBm",
                                          Kind::Gauge,
                                          {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioNoise{"market_radio_noise_dbm",
                                        "Noise floor of the channel, in dBm",
                                        Kind::Gauge,
                                        {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioUtilization{
    "market_radio_channel_utilization_ratio",
    "Share of air time in which the channel is busy, 0 to 1",
    Kind::Gauge,
    {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioUtilizationTx{
    "market_radio_channel_utilization_transmit_ratio",
    "Share of air time in which the radio sends, 0 to 1",
    Kind::Gauge,
    {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioUtilizationRx{
    "market_radio_channel_utilization_receive_ratio",
    "Share of air time in which the radio is sent to, 0 to 1",
    Kind::Gauge,
    {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioUtilizationOther{
    "market_radio_channel_utilization_other_ratio",
    "Share of air time that other networks and interference take, 0 to 1",
    Kind::Gauge,
    {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioRetries{
    "market_radio_transmit_retries_ratio",
    "Share of sent frames that were retries, as the device tells it, 0 to 1",
    Kind::Gauge,
    {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioTxFrames{"market_radio_transmit_frames_total",
                                           "Frames the radio sent",
                                           Kind::Counter,
                                           {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioTxRetries{"market_radio_transmit_retries_total",
                                            "Frames the radio had to send again",
                                            Kind::Counter,
                                            {"device", "band", "radio", "access_point"}};
inline constexpr Definition kRadioClients{"market_radio_clients",
                                          "Clients associated with the radio",
                                          Kind::Gauge,
                                          {"device", "band", "radio", "access_point"}};
inline constexpr Definition kSsidClients{
    "market_ssid_clients",
    "Clients of a network, summed over the radios that carry it",
    Kind::Gauge,
    {"device", "access_point", "ssid"}};
inline constexpr Definition kWirelessClients{"market_wireless_clients",
                                             "Clients of the device and of all APs it controls",
                                             Kind::Gauge,
                                             {"device"}};
inline constexpr Definition kAccessPoints{
    "market_access_points",
    "APs of a controller by state: online, offline or unknown",
    Kind::Gauge,
    {"device", "state"}};

// Stalls and payment.
inline constexpr Definition kStallInfo{"market_stall_info",
                                       "Always 1; a stall of the design. vacant is true or false",
                                       Kind::Gauge,
                                       {"stall", "name", "port", "vacant"}};
inline constexpr Definition kMethodInfo{"market_method_info",
                                        "Always 1; a payment method of the design",
                                        Kind::Gauge,
                                        {"method", "name"}};
inline constexpr Definition kStallPaymentAvailable{
    "market_stall_payment_available",
    "1 the stall can take the method, degraded or not, 0 it cannot; no series while that is not "
    "verified, and none for a stall that is closed or not enrolled",
    Kind::Gauge,
    {"stall", "method"}};
inline constexpr Definition kStallPaymentState{
    "market_stall_payment_state",
    "State set: available, degraded, unavailable, unverified, not-enrolled or closed",
    Kind::Gauge,
    {"stall", "method", "state"}};
inline constexpr Definition kStallsPayment{"market_stalls_payment",
                                           "Stalls by method and state; vacant ones do not count",
                                           Kind::Gauge,
                                           {"method", "state"}};

// Services outside the market and incidents.
inline constexpr Definition kServiceInfo{"market_service_info",
                                         "Always 1; a service of the design",
                                         Kind::Gauge,
                                         {"service_id", "kind"}};
inline constexpr Definition kServiceUp{
    "market_service_up",
    "1 the service answered when last probed, 0 it did not; no series before the first probe",
    Kind::Gauge,
    {"service_id"}};
inline constexpr Definition kServiceConnect{
    "market_service_connect_seconds",
    "Time the last probe took to connect; no series while the service does not answer",
    Kind::Gauge,
    {"service_id"}};
inline constexpr Definition kServiceLastProbe{
    "market_service_last_probe_timestamp_seconds",
    "Unix time of the last probe; no series before the first",
    Kind::Gauge,
    {"service_id"}};
inline constexpr Definition kIncidents{
    "market_incidents", "Causes that something is down for now", Kind::Gauge, {}};
inline constexpr Definition kIncidentStalls{
    "market_incident_stalls",
    "Stalls that cannot take at least one payment method because of this cause: a device, a port, "
    "a service, or the stall itself when it has no able terminal",
    Kind::Gauge,
    {"cause"}};
inline constexpr Definition kIncidentDevices{"market_incident_devices",
                                             "Devices that are unreachable behind this cause",
                                             Kind::Gauge,
                                             {"cause"}};

inline constexpr Definition kFindings{"market_findings",
                                      "What is wrong with who is where, by kind: wrong-port, "
                                      "swapped-terminal, duplicate-address, ...; "
                                      "no series before the first look",
                                      Kind::Gauge,
                                      {"kind"}};

// Design, configuration and the store.
inline constexpr Definition kSiteInfo{
    "market_site_info", "Always 1; the market", Kind::Gauge, {"site", "name"}};
inline constexpr Definition kConfigInfo{
    "market_config_info",
    "Always 1; the design in force: its file and the SHA-256 of its bytes",
    Kind::Gauge,
    {"file", "digest"}};
inline constexpr Definition kConfigReloadOk{
    "market_config_last_reload_successful",
    "1 the last load of the configuration succeeded, 0 it failed and the one before is in force",
    Kind::Gauge,
    {}};
inline constexpr Definition kConfigReloadTime{
    "market_config_last_reload_success_timestamp_seconds",
    "Unix time of the last load of the configuration that succeeded",
    Kind::Gauge,
    {}};
inline constexpr Definition kVerdict{
    "market_verdict",
    "State set: how the devices compared with the design at the last look: converged, drifted, "
    "unreachable; unknown before the first look",
    Kind::Gauge,
    {"state"}};
inline constexpr Definition kPendingChanges{
    "market_plan_pending_changes",
    "Changes in the last plan; no series before the first look at the devices",
    Kind::Gauge,
    {}};
inline constexpr Definition kDriftChanges{
    "market_drift_changes",
    "Settings of a device that are no longer as the applied design wants them, by class of objects",
    Kind::Gauge,
    {"device", "object_class"}};
inline constexpr Definition kDriftLooked{
    "market_drift_last_look_timestamp_seconds",
    "Unix time of the last look for drift; no series before a design was applied",
    Kind::Gauge,
    {}};
inline constexpr Definition kActivity{"market_change_under_way",
                                      "1 a plan, apply or rollback is running, 0 none is",
                                      Kind::Gauge,
                                      {}};
inline constexpr Definition kStoreHealthy{
    "market_store_healthy",
    "1 the database takes writes, 0 it refused the last one and evidence is not kept",
    Kind::Gauge,
    {}};
inline constexpr Definition kSweepRunning{
    "market_sweep_running", "1 a sweep for devices is running, 0 none is", Kind::Gauge, {}};
inline constexpr Definition kSweepLast{
    "market_sweep_last_timestamp_seconds",
    "Unix time of the end of the last sweep; no series before it",
    Kind::Gauge,
    {}};
inline constexpr Definition kSnapshotTime{
    "market_snapshot_timestamp_seconds",
    "Unix time all market_ series speak of; old when the daemon is stuck",
    Kind::Gauge,
    {}};

// The program itself.
inline constexpr Definition kBuildInfo{
    "marketd_build_info", "Always 1; the version of this program", Kind::Gauge, {"version"}};
inline constexpr Definition kStartTime{
    "marketd_start_time_seconds", "Unix time this process started", Kind::Gauge, {}};
inline constexpr Definition kPollLag{"marketd_poll_lag_seconds",
                                     "How late the poll that was due longest was started",
                                     Kind::Gauge,
                                     {}};
inline constexpr Definition kLoopStall{
    "marketd_loop_stall_seconds",
    "The longest time in the last minute or two that the loop kept a due timer waiting",
    Kind::Gauge,
    {}};
inline constexpr Definition kHttpRequests{
    "marketd_http_requests_total", "HTTP requests received", Kind::Counter, {}};
inline constexpr Definition kSnmpRequests{
    "marketd_snmp_requests_total", "SNMP datagrams sent, retries included", Kind::Counter, {}};
inline constexpr Definition kSnmpRetries{
    "marketd_snmp_retries_total", "SNMP datagrams that were sent again", Kind::Counter, {}};
inline constexpr Definition kSnmpTimeouts{
    "marketd_snmp_timeouts_total", "SNMP requests that ended without an answer", Kind::Counter, {}};
inline constexpr Definition kSnmpReplies{
    "marketd_snmp_replies_total", "SNMP answers that matched a request", Kind::Counter, {}};
inline constexpr Definition kSnmpStrays{
    "marketd_snmp_strays_total",
    "SNMP datagrams that matched no request: late, doubled or from a wrong source",
    Kind::Counter,
    {}};
inline constexpr Definition kSnmpGarbled{
    "marketd_snmp_garbled_total",
    "Datagrams that were not SNMP, or no answer to what was asked",
    Kind::Counter,
    {}};
inline constexpr Definition kSnmpDrops{
    "marketd_snmp_receive_drops_total",
    "SNMP datagrams the kernel dropped because the receive buffer was full",
    Kind::Counter,
    {}};

/// In the order of the exposition.
[[nodiscard]] std::span<const Definition* const> definitions();

}  // namespace market::metrics
