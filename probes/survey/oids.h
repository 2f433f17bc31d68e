// The columns the survey reads, by their names in the MIBs.
#pragma once

#include "config/types/oid.h"

namespace market::survey::oids {

// IF-MIB (RFC 2863)
inline const Oid kIfDescr{1, 3, 6, 1, 2, 1, 2, 2, 1, 2};
inline const Oid kIfType{1, 3, 6, 1, 2, 1, 2, 2, 1, 3};
inline const Oid kIfPhysAddress{1, 3, 6, 1, 2, 1, 2, 2, 1, 6};
inline const Oid kIfOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
inline const Oid kIfName{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
inline const Oid kIfAlias{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18};

// IP-MIB (RFC 4293; the v4-only tables: RFC 2011), IPV6-MIB (RFC 2465)
inline const Oid kIpAdEntIfIndex{1, 3, 6, 1, 2, 1, 4, 20, 1, 2};
inline const Oid kIpAddressIfIndex{1, 3, 6, 1, 2, 1, 4, 34, 1, 3};
inline const Oid kIpAddressType{1, 3, 6, 1, 2, 1, 4, 34, 1, 4};
inline const Oid kIpNetToMediaPhysAddress{1, 3, 6, 1, 2, 1, 4, 22, 1, 2};
inline const Oid kIpNetToMediaType{1, 3, 6, 1, 2, 1, 4, 22, 1, 4};
inline const Oid kIpNetToPhysicalPhysAddress{1, 3, 6, 1, 2, 1, 4, 35, 1, 4};
inline const Oid kIpNetToPhysicalType{1, 3, 6, 1, 2, 1, 4, 35, 1, 6};
inline const Oid kIpv6NetToMediaPhysAddress{1, 3, 6, 1, 2, 1, 55, 1, 12, 1, 2};

// BRIDGE-MIB (RFC 4188)
inline const Oid kDot1dBaseBridgeAddress{1, 3, 6, 1, 2, 1, 17, 1, 1, 0};
inline const Oid kDot1dBasePortIfIndex{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2};
inline const Oid kDot1dTpFdbAddress{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 1};
inline const Oid kDot1dTpFdbPort{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2};
inline const Oid kDot1dTpFdbStatus{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 3};

// Q-BRIDGE-MIB (RFC 4363)
inline const Oid kDot1qTpFdbPort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};
inline const Oid kDot1qTpFdbStatus{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 3};
inline const Oid kDot1qVlanFdbId{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 3};

// LLDP-MIB (IEEE 802.1AB-2005)
inline const Oid kLldpLocChassisIdSubtype{1, 0, 8802, 1, 1, 2, 1, 3, 1, 0};
inline const Oid kLldpLocChassisId{1, 0, 8802, 1, 1, 2, 1, 3, 2, 0};
inline const Oid kLldpLocPortIdSubtype{1, 0, 8802, 1, 1, 2, 1, 3, 7, 1, 2};
inline const Oid kLldpLocPortId{1, 0, 8802, 1, 1, 2, 1, 3, 7, 1, 3};
inline const Oid kLldpLocPortDesc{1, 0, 8802, 1, 1, 2, 1, 3, 7, 1, 4};
inline const Oid kLldpRemEntry{1, 0, 8802, 1, 1, 2, 1, 4, 1, 1};
inline const Oid kLldpRemManAddrEntry{1, 0, 8802, 1, 1, 2, 1, 4, 2, 1};

// LLDP-V2-MIB (IEEE 802.1AB-2009)
inline const Oid kLldpV2RemEntry{1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1, 1};
inline const Oid kLldpV2RemManAddrEntry{1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 2, 1};

/// MIKROTIK-MIB: the ifIndex of a neighbour whose LLDP index has no port; by lldpRemIndex.
inline const Oid kMtxrNeighborInterfaceId{1, 3, 6, 1, 4, 1, 14988, 1, 1, 11, 1, 1, 8};

// CISCO-CDP-MIB, CISCO-VTP-MIB
inline const Oid kCdpCacheEntry{1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1};
inline const Oid kVtpVlanState{1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2};

}  // namespace market::survey::oids
