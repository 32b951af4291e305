"""What crosses the wire: frames, the WebSocket that carries them, the MACs that prove the key."""

import asyncio
import base64
import functools
import hashlib
import hmac
import os
import re
import struct

DEAD_AFTER = 10  # seconds
# The layouts in the order of their types, from 1 up, in the words of the page; rest is the rest of
# the frame, which has at least so many bytes. What stands behind * is repeated up to the end.
FRAMES = {
    "HELLO": "u8 u8 bytes8 text8 session u32 bytes32",
    "CHALLENGE": "u8 bytes8 bytes8 u8 bytes32", "PROOF": "u8 bytes32 bytes32 bytes32",
    "WELCOME": "text8 bytes8 bytes16 u64 bytes16 u32 u16 u32 u32 u32 u32 u64 bytes32",
    "REGISTER": "u64 * text8 text8 text8 u16 u8", "REGISTERED": "u64 text8 * text8 outcome",
    "OPEN": "bytes16 session text8 u64 endpoint endpoint u64 bytes8 u32",
    "OPENED": "u64", "RESET": "u8 u64 text16", "DATA": "rest1", "FIN": "",
    "WINDOW": "u64 u64", "WINDOWS": "* u32 u64 u64", "DETACHED": "", "DATAGRAM": "rest0",
    "RESUME": "* bytes16 session u32 u32 u64 u64 state",
    "RESUMED": "* bytes16 u32 u32 u8 u64 u64 state",
    "PING": "bytes8", "PONG": "bytes8", "GOAWAY": "u8 u32 text8 text16",
}
KINDS = dict(enumerate(FRAMES, 1))
ON_CHANNEL = {"OPEN", "OPENED", "RESET", "DATA", "FIN", "WINDOW", "DETACHED", "DATAGRAM"}
# A u8, and what follows each of its values.
CHOICES = {
    "session": {0: "", 1: "bytes16 u64"}, "endpoint": {4: "bytes4 u16", 16: "bytes16 u16"},
    "state": {0: "", 1: "", 2: "u8 u64"}, "outcome": {0: "text16", 1: "u8 text16", 2: "text16"},
}
mac = functools.partial(hmac.digest, digest="sha256")
FIELD = re.compile(r"([a-z]+)(\d*)")


class Malformed(ConnectionError):
    """The peer broke the protocol; the text says how."""


def take(payload, size):
    if size > len(payload):
        raise Malformed("a field ends beyond the frame")
    data = bytes(payload[:size])
    del payload[:size]
    return data


def read(payload, layout):
    """The values of that layout, in turn, off the payload's head."""
    for kind, size in FIELD.findall(layout):
        if kind in ("bytes", "rest"):
            yield take(payload, max(int(size), len(payload) if kind == "rest" else 0))
        else:
            number = int.from_bytes(take(payload, int(size or 8) // 8))
            if number >> 63 or number not in CHOICES.get(kind, [number]):
                raise Malformed("a field is outside its range")
            if kind in CHOICES:
                yield number, *read(payload, CHOICES[kind][number])
            else:
                yield take(payload, number).decode() if kind == "text" else number


def parse(kind, whole):
    """The values in a frame, at last those that are repeated, each a tuple."""
    head, _, entry = FRAMES[kind].partition("*")
    payload = bytearray(whole[8:])
    values = list(read(payload, head))
    while payload:
        if not entry:
            raise Malformed("bytes are left behind the last field")
        values.append(tuple(read(payload, entry)))
    return values


def written(layout, values):
    """The opposite of read."""
    payload = b""
    for (kind, size), value in zip(FIELD.findall(layout), values, strict=True):
        if kind in CHOICES:
            payload += bytes(value[:1]) + written(CHOICES[kind][value[0]], value[1:])
        elif kind == "text":
            payload += len(value.encode()).to_bytes(int(size) // 8) + value.encode()
        else:
            payload += value.to_bytes(int(size) // 8) if kind == "u" else value
    return payload


def frame(kind, channel, *values):
    """The opposite of parse."""
    head, _, entry = FRAMES[kind].partition("*")
    size, number = len(head.split()), list(FRAMES).index(kind) + 1
    payload = written(head, values[:size]) + b"".join(written(entry, v) for v in values[size:])
    return struct.pack(">II", number << 24 | len(payload), channel) + payload


class WebSocket:
    """The stream of bytes in the messages of a WebSocket, and the frames of the tunnel in it."""
    writer = None

    async def dial(self, host, port, tls):
        self.reader, self.writer = await asyncio.open_connection(host, port, ssl=tls)
        self.bytes, key = bytearray(), base64.b64encode(os.urandom(16)).decode()
        self.writer.write((
            f"GET /tunnel HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: tls-tunnel.v1\r\n\r\n").encode())
        response = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        if base64.b64encode(digest).decode() not in response.split():
            raise ConnectionError(f"no WebSocket: {response.splitlines()[0]}")

    def message(self, payload, opcode=2):
        mask, size = os.urandom(4), len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        masked = int.from_bytes(payload) ^ int.from_bytes((mask * (size // 4 + 1))[:size])
        self.writer.write(bytes([0x80 | opcode]) + length + mask + masked.to_bytes(size))

    def close(self, code=1000):
        if self.writer:
            self.message(code.to_bytes(2), 8)
            self.writer.close()

    async def receive(self, size):
        """Frames of the WebSocket, until there are so many bytes of messages."""
        while len(self.bytes) < size:
            async with asyncio.timeout(DEAD_AFTER):
                first, length = await self.reader.readexactly(2)
                if length in (126, 127):
                    length = int.from_bytes(await self.reader.readexactly(2 if length < 127 else 8))
                code = 1009 if length > 16 << 20 else {1: 1003, 8: 1000}.get(first & 15)
                if code:
                    self.close(code)
                    raise ConnectionError(f"WebSocket close code {code}")
                payload = await self.reader.readexactly(length)
            if first & 15 == 9:
                self.message(payload, 10)
            elif first & 15 in (0, 2):
                self.bytes += payload

    async def next_frame(self, longest=65536):
        """Its type (None: of a newer version), its channel, and all its bytes."""
        await self.receive(8)
        word, channel = struct.unpack(">II", self.bytes[:8])
        kind, size = KINDS.get(word >> 24), word & 0xffffff
        wrong_channel = channel >> 31 or kind and (channel > 0) != (kind in ON_CHANNEL)
        if wrong_channel or size > (1 << 20 if kind == "REGISTERED" else longest):
            raise Malformed(f"a frame of type {kind} on channel {channel} has {size} bytes")
        await self.receive(8 + size)
        return kind, channel, take(self.bytes, 8 + size)


def derived(auth_key):
    """P and K."""
    p = hashlib.pbkdf2_hmac("sha256", auth_key.encode(), b"tls-tunnel 1", 100000, 32)
    return p, mac(mac(b"", p), b"tls-tunnel 1 tunnel\x01")


def proof(key, said, leaf, secret):
    """PROOF behind HELLO and CHALLENGE; without leaf no binding, without secret no session."""
    begun = struct.pack(">IIB", 3 << 24 | 97, 0, bool(leaf)) + (leaf or bytes(32))
    begun += mac(secret, hashlib.sha256(said + begun).digest()) if secret else bytes(32)
    return begun + mac(key, b"D" + hashlib.sha256(said + begun).digest())


def check_welcome(key, said, welcome):
    right = mac(key, b"A" + hashlib.sha256(said + welcome[:-32]).digest())
    if not hmac.compare_digest(welcome[-32:], right):
        raise Malformed("the MAC in WELCOME is wrong")
