# SPDX-License-Identifier: Apache-2.0
# A datagram socket that does what the lines of its input say. "@name" is an abstract name.
import socket
import sys


def address(text):
    return "\0" + text[1:] if text.startswith("@") else text


with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split("\t")
        if verb == "bind":
            channel.bind(address(words[0]))
            answer = channel.getsockname()
        elif verb == "connect":
            channel.connect(address(words[0]))
            answer = channel.getpeername()
        elif verb == "send":  # data, and where to unless it is connected
            answer = channel.sendto(words[0].encode(), address(words[1])) if words[1:] else channel.send(words[0].encode())
        elif verb == "receive":  # room in bytes
            answer = channel.recvfrom(int(words[0]))
        print(repr(answer), flush=True)
