#!/usr/bin/env python3
"""flood.py up ADDRESS:PORT MBIT SECONDS | flood.py down ADDRESS:PORT MBIT SECONDS | flood.py sink ADDRESS:PORT

up: sends UDP at this pace for so long. down: asks a sink to send at this pace for so long, back to
where the question came from. sink: takes what comes, and does what it is asked. Real packets, nothing of marketd.
"""
import socket
import sys
import threading
import time

SIZE = 1400
LONGEST = 30.0


def send(door, target, mbit, seconds):
    """What is due by the clock, every hundredth of a second; what a busy machine missed is made up for."""
    pace = mbit * 1e6 / 8 / SIZE
    begun = time.monotonic()
    sent = 0
    while (elapsed := time.monotonic() - begun) < min(seconds, LONGEST):
        while sent < pace * elapsed:
            sent += 1
            try:
                door.sendto(b"x" * SIZE, target)
            except OSError:  # the queue of our own link is full
                pass
        time.sleep(0.01)


def sink(here):
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(here)
    print("serving", flush=True)
    while True:
        data, peer = door.recvfrom(2048)
        if data.startswith(b"down "):
            _, mbit, seconds = data.decode().split()
            threading.Thread(target=send, args=(door, peer, float(mbit), float(seconds)), daemon=True).start()


address, port = sys.argv[2].split(":")
if sys.argv[1] == "sink":
    sink((address, int(port)))
mbit, seconds = float(sys.argv[3]), float(sys.argv[4])
door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1] == "up":
    send(door, (address, int(port)), mbit, seconds)
else:
    door.sendto(f"down {mbit} {seconds}".encode(), (address, int(port)))
    time.sleep(min(seconds, LONGEST) + 0.5)
