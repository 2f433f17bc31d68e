#!/usr/bin/env python3
"""hosts.py serve [PORT...] | hosts.py ask ADDRESS:PORT...

serve: answers every TCP connection to the ports (else those below), on every address of this namespace, until it
is ended. ask: tries all of them at once and prints those that answer, one a line. Real packets,
nothing of marketd.
"""
import os
import selectors
import socket
import sys
import threading

PORTS = (22, 53, 80, 443)
PATIENCE = 2.5 * float(os.environ.get("MARKET_PATIENCE", "1"))  # seconds


def serve(ports):
    selector = selectors.DefaultSelector()
    for port in ports:
        door = socket.create_server(("0.0.0.0", port), reuse_port=False)
        selector.register(door, selectors.EVENT_READ)
    print("serving", flush=True)
    while True:
        for key, _ in selector.select():
            connection, peer = key.fileobj.accept()
            connection.sendall(peer[0].encode())
            connection.close()


def ask(target, answers):
    address, port = target.split(":")
    try:
        with socket.create_connection((address, int(port)), timeout=PATIENCE) as connection:
            answers[target] = connection.recv(64).decode()
    except OSError:
        pass


if sys.argv[1] == "serve":
    serve([int(each) for each in sys.argv[2:]] or PORTS)
answers = {}
threads = [threading.Thread(target=ask, args=(each, answers)) for each in sys.argv[2:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for target in sorted(answers):
    print(target)
