#!/usr/bin/env python3
"""netlink_writes.py LINK: prints every write that a program asks the kernel for by netlink, from an nlmon link.

A line for each message to rtnetlink that is not a question, and for each batch to nftables. Sees what changes
nothing, too, which `ip monitor` does not.
"""
import socket
import struct
import sys

ROUTE, NETFILTER, REQUEST = 0, 12, 1  # linux/netlink.h
FIRST, GET = 16, 2  # RTM_BASE; each object has NEW, DEL, GET, SET (linux/rtnetlink.h)
BATCH = 16  # NFNL_MSG_BATCH_BEGIN, linux/netfilter/nfnetlink.h

monitor = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
monitor.bind((sys.argv[1], 0))
print("watching", flush=True)
while True:
    octets, (_, family, _, _, _) = monitor.recvfrom(65536)
    while len(octets) >= 16:
        length, kind, flags = struct.unpack("=IHH", octets[:8])
        asked = flags & REQUEST
        if asked and family == ROUTE and kind >= FIRST and (kind - FIRST) % 4 != GET:
            print("rtnetlink", kind, flush=True)
        if asked and family == NETFILTER and kind == BATCH:
            print("nftables batch", flush=True)
        if length < 16:
            break
        octets = octets[(length + 3) & ~3:]
