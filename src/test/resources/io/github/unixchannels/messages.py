# SPDX-License-Identifier: Apache-2.0
# A socket of the type and at the name of the arguments that does what the lines of its input say. "@name" is an abstract name.
import array
import os
import socket
import struct
import sys


def address(text):
    return "\0" + text[1:] if text.startswith("@") else text


def ends(count):
    """The writing ends of so many pipes, whose reading ends this process keeps."""
    pipes = [os.pipe() for _ in range(count)]
    reading.extend(near for near, far in pipes)
    return [far for near, far in pipes]


def rights(fds):
    return (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))


reading = []
kind = getattr(socket, "SOCK_" + sys.argv[1])
channel = socket.socket(socket.AF_UNIX, kind)
if kind == socket.SOCK_DGRAM:
    channel.bind(address(sys.argv[3]))
channel.connect(address(sys.argv[2]))
print("ready", flush=True)

for line in sys.stdin:
    verb, *words = line.rstrip("\n").split("\t")
    if verb == "send_fds":  # data, how many
        fds = ends(int(words[1]))
        answer = socket.send_fds(channel, [words[0].encode()], fds)
    elif verb == "send_separately":  # data, how many, each in a control message of its own
        fds = ends(int(words[1]))
        answer = channel.sendmsg([words[0].encode()], [rights([fd]) for fd in fds])
    elif verb == "send_credentials":  # data
        fds = []
        mine = struct.pack("iII", os.getpid(), os.geteuid(), os.getegid())
        answer = channel.sendmsg([words[0].encode()], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, mine)])
    elif verb == "pipes":  # what came through the pipes, of which nobody else has the other end any more
        fds = []
        answer = b"".join(os.read(fd, 100) for fd in reading)
        while reading:
            os.close(reading.pop())
    elif verb == "recv_fds":  # room, how many at most
        data, fds, flags, _ = socket.recv_fds(channel, int(words[0]), int(words[1]))
        for fd in fds:
            os.write(fd, struct.pack("=Q", 1) if "eventfd" in os.readlink("/proc/self/fd/%d" % fd) else b"x")
        answer = (data, len(fds), bool(flags & socket.MSG_CTRUNC))
    elif verb == "receive":  # room; descriptors that come with it are nobody's
        fds = []
        answer = channel.recv(int(words[0]))
    elif verb == "pid":
        fds = []
        answer = (os.getpid(), os.geteuid(), os.getegid())
    elif verb == "close":
        fds = []
        channel.close()
        answer = None
    for fd in fds:
        os.close(fd)
    print(repr(answer), flush=True)
