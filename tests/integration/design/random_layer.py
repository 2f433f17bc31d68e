#!/usr/bin/env python3
"""random_layer.py SEED SWITCHES APS STALLS

A valid layer for a design of `marketsim example` with that many switches, access points and stalls:
other VLAN ids, a zone more, other radios, networks, names, places and waivers. The same seed, the
same layer.
"""
import random
import sys

dice = random.Random(int(sys.argv[1]))
switches, aps, stalls = (int(word) for word in sys.argv[2:5])
KOREAN = "가나다라마바사아자차카타파하시장상회"


def word(most_bytes):
    text = ""
    while len(text.encode()) < most_bytes - 3 and dice.random() < 0.9:
        text += dice.choice(KOREAN if dice.random() < 0.6 else "abcXYZ 0189")
    return text.strip() or "x"


def quoted(text):
    return '"' + text + '"'


def vids(count):
    free = [vid for vid in range(100, 4000) if not 1002 <= vid <= 1005 and vid != 999]
    return dice.sample(free, count)


def radio(band):
    if band == "2G":
        return f"{{ band: 2G, channel: {dice.randint(1, 13)}, channel-width: 20, tx-power: {dice.randint(5, 23)}dBm }}"
    width = dice.choice([20, 40, 80])
    channel = dice.choice([36, 40, 44, 48, 52, 56, 60, 64, 149, 153, 157, 161])
    return f"{{ band: 5G, channel: {channel}, channel-width: {width}, tx-power: {dice.randint(5, 17)}dBm }}"


staff, guest, cctv = vids(3)
print(f"""zones:
  staff: {{ vid: {staff} }}
  guest: {{ vid: {guest}, isolate-hosts: {dice.choice(['true', 'false'])} }}""")
if dice.random() < 0.7:
    # As a list, over the map above: both ways of writing, in one design.
    print(f"""---layer
zones:
  - {{ id: cctv, vid: {cctv}, prefix: 10.64.250.0/24, trust: device }}
port-roles:
  trunk: {{ tagged+: [cctv] }}""")
print("---layer")
print("port-roles:")
print(f"  ap: {{ poe: {{ priority: {dice.choice(['critical', 'high', 'low'])} }} }}")
print("aps:")
for i in range(1, aps + 1):
    bands = [radio("2G"), radio("5G")]
    print(f"  - {{ id: ap-{i}, radios: [{', '.join(bands)}] }}")
print("ssids:")
print(f"  - {{ id: guest, name: {quoted(word(32))}, isolate-clients: {dice.choice(['true', 'false'])} }}")
print("switches:")
for i in range(1, switches + 1):
    if i == 1 or dice.random() < 0.5:
        print(f"  - {{ id: sw-{i}, place: {{ building: {quoted(word(12))}, spot: {quoted(word(30))} }} }}")
print("---layer")
print("stalls:")
for i in sorted(dice.sample(range(1, stalls + 1), max(1, stalls // 2))):
    print(f"  A-{100 + i}: {{ name: {quoted(word(50))} }}")
