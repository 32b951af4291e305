"""What crosses the wire: frames, the WebSocket that carries them, the MACs that prove the key."""

import asyncio
import base64
import hashlib
import hmac
import io
import ipaddress
import secrets
import socket
import struct
from time import monotonic as now

(HELLO, CHALLENGE, PROOF, WELCOME, REGISTER, REGISTERED, OPEN, OPENED, RESET, DATA, FIN, WINDOW, WINDOWS, DETACHED,
 DATAGRAM, RESUME, RESUMED, PING, PONG, GOAWAY) = range(1, 21)
ON_CHANNEL = {OPEN, OPENED, RESET, DATA, FIN, WINDOW, DETACHED, DATAGRAM}
# Least and most bytes of the payload, and its fields with their ranges; those behind * come again and again.
FRAMES = {
    HELLO: (49, 342, "u8 u8 bytes:8 text8:1 session? u32 bytes:32"),
    CHALLENGE: (50, 50, "u8:1-1 u64:0-0 bytes:8 u8:0-1 bytes:32"),
    PROOF: (97, 97, "u8 bytes:32 bytes:32 bytes:32"),
    WELCOME: (112, 366, "text8:1 bytes:8 bytes:24 bytes:16 u32:1 u16:1 u32:1-65536 u32 u32:1 u32:1 u64 bytes:32"),
    REGISTER: (8, 1 << 20, "u64 * text8:1 text8:1 text8 u16 u8"),
    REGISTERED: (10, 1 << 20, "u64:1 text8:1 * text8:1 outcome text16:0-1024"),
    OPEN: (61, 363, "bytes:16 session? text8:1 u64 endpoint endpoint u64 bytes:8 u32"),
    OPENED: (8, 8, "u64"), FIN: (0, 0, ""), WINDOW: (16, 16, "u64 u64"), DETACHED: (0, 0, ""),
    RESET: (11, 1035, "u8 u64 text16:0-1024"), DATA: (1, 65536, "rest"), DATAGRAM: (0, 65507, "rest"),
    WINDOWS: (20, 65536, "* u32:1 u64 u64"),
    RESUME: (42, 65536, "* bytes:16 session? u32:1 u32:1 u64 u64 state"),
    RESUMED: (42, 65536, "* bytes:16 u32:1 u32:1 u8:0-4 u64 u64 state"),
    PING: (8, 8, "bytes:8"), PONG: (8, 8, "bytes:8"),
    GOAWAY: (8, 1096, "u8 u32 text8:0-64 text16:0-1024"),
}
SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "text8": 1, "text16": 2}
TOPS = {"u8": 255, "u16": 65535, "u32": (1 << 31) - 1, "u64": (1 << 63) - 1, "text8": 255, "text16": 65535}
LONGEST_MESSAGE = 16 << 20


class Malformed(Exception):
    """The peer broke the protocol; the text says how."""


def take(source, size):
    if len(data := source.read(size)) < size:
        raise Malformed("a field ends beyond the frame")
    return data


def field(source, token):
    kind, _, limits = token.partition(":")
    if kind in COMPOUND:
        return COMPOUND[kind](source)
    least, _, most = limits.partition("-")
    if kind == "bytes":
        return take(source, int(least))
    number = int.from_bytes(take(source, SIZES[kind]))
    if not int(least or 0) <= number <= int(most or TOPS[kind]):
        raise Malformed("a field is outside its range")
    return take(source, number).decode() if kind.startswith("text") else number


COMPOUND = {
    "rest": lambda source: source.read(),
    "session?": lambda source: take(source, 24) if field(source, "u8:0-1") else None,
    "endpoint": lambda source: (str(ipaddress.ip_address(take(source, field(source, "u8")))), field(source, "u16")),
    "state": lambda source: (field(source, "u8"), field(source, "u64")) if (s := field(source, "u8:0-2")) == 2 else s,
    "outcome": lambda source: ("accepted", "refused", "retry")[(s := field(source, "u8:0-2"))] + (
        f" by code {field(source, 'u8')}" if s == 1 else ""),
}


def parse(kind, whole):
    """The values in a frame; entries of a list as one list at the end."""
    once, several, entry = FRAMES[kind][2].partition("*")
    source, entries = io.BytesIO(whole[8:]), []
    try:
        values = [field(source, token) for token in once.split()]
        while several and source.tell() < len(whole) - 8:
            entries.append([field(source, token) for token in entry.split()])
    except ValueError as fault:
        raise Malformed(f"no UTF-8, or no address: {fault}") from fault
    if source.read():
        raise Malformed("bytes are left behind the last field")
    return values + [entries] if several else values


def written(layout, values):
    for token, value in zip(layout.split(), values, strict=True):
        kind = token.partition(":")[0]
        if kind.startswith("text"):
            yield len(value.encode()).to_bytes(SIZES[kind]) + value.encode()
        elif kind == "session?":
            yield b"\x01" + value if value else b"\x00"
        elif kind == "state":
            yield b"\x02" + struct.pack(">BQ", *value) if isinstance(value, tuple) else bytes([value])
        else:
            yield value.to_bytes(SIZES[kind]) if isinstance(value, int) else value


def frame(kind, channel, *values):
    """The opposite of parse, with header."""
    once, several, entry = FRAMES[kind][2].partition("*")
    payload = b"".join(written(once, values[:-1] if several else values))
    payload += b"".join(b"".join(written(entry, each)) for each in values[-1]) if several else b""
    return bytes([kind]) + len(payload).to_bytes(3) + channel.to_bytes(4) + payload


class WebSocket:
    """The stream of bytes in the messages of a WebSocket, and the frames of the tunnel in it."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.bytes, self.in_message, self.heard = reader, writer, bytearray(), False, now()

    @classmethod
    async def dial(cls, host, port, path, tls):
        reader, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=host)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        writer.write((f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Protocol: tls-tunnel.v1\r\n\r\n").encode())
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if " 101" not in status or headers.get("sec-websocket-accept") != accept.decode():
            writer.transport.abort()
            raise ConnectionError(f"no WebSocket: {status}")
        return cls(reader, writer)

    def send(self, payload, opcode=2):
        mask, size = secrets.token_bytes(4), len(payload)
        length = bytes([0x80 | size]) if size < 126 else (
            b"\xfe" + size.to_bytes(2) if size < 65536 else b"\xff" + size.to_bytes(8))
        masked = int.from_bytes(payload) ^ int.from_bytes((mask * (size // 4 + 1))[:size])
        self.writer.write(bytes([0x80 | opcode]) + length + mask + masked.to_bytes(size))

    def close(self, code=1000):
        self.send(code.to_bytes(2), 8)
        self.writer.close()

    def cut(self):
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def receive(self):
        """One WebSocket frame."""
        first, size = await self.reader.readexactly(2)
        code = 1002 if first & 0x70 or size & 0x80 else 0
        if size in (126, 127):
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8))
        code = code or (1009 if size > LONGEST_MESSAGE else 0)
        payload, opcode, self.heard = b"" if code else await self.reader.readexactly(size), first & 15, now()
        if opcode == (0 if self.in_message else 2):
            self.in_message = first < 0x80
            self.bytes += payload
        elif opcode == 9:
            self.send(payload, 10)
        elif opcode != 10:
            code = code or {1: 1003, 8: int.from_bytes(payload[:2]) or 1000}.get(opcode, 1002)
        if code:
            self.close(code)
            raise ConnectionError(f"WebSocket close code {code}")

    async def frame(self, longest=1 << 20):
        """The next frame: type, channel, and all its bytes."""
        while len(self.bytes) < 8:
            await self.receive()
        kind, size, channel = self.bytes[0], int.from_bytes(self.bytes[1:4]), int.from_bytes(self.bytes[4:8])
        least, most, _ = FRAMES.get(kind, (0, 65536, ""))
        if not least <= size <= min(most, longest):
            raise Malformed(f"a frame of type {kind} has {size} bytes")
        if channel > TOPS["u32"] or kind in FRAMES and (channel > 0) != (kind in ON_CHANNEL):
            raise Malformed(f"a frame of type {kind} on channel {channel}")
        while len(self.bytes) < 8 + size:
            await self.receive()
        whole = bytes(self.bytes[:8 + size])
        del self.bytes[:8 + size]
        return kind, channel, whole


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def sha256(data):
    return hashlib.sha256(data).digest()


def derived(auth_key):
    """P and K."""
    p = hashlib.pbkdf2_hmac("sha256", auth_key.encode(), b"tls-tunnel 1", 100000, 32)
    return p, mac(mac(b"", p), b"tls-tunnel 1 tunnel\x01")


def proof(key, said, leaf, secret):
    """PROOF behind `said`, which is HELLO and CHALLENGE. No leaf, no binding; no secret, no session."""
    begun = bytes([PROOF, 0, 0, 97]) + bytes(4) + (b"\x01" + leaf if leaf else bytes(33))
    begun += mac(secret, sha256(said + begun)) if secret else bytes(32)
    return begun + mac(key, b"D" + sha256(said + begun))


def check_welcome(key, said, welcome):
    if not hmac.compare_digest(welcome[-32:], mac(key, b"A" + sha256(said + welcome[:-32]))):
        raise Malformed("the MAC in WELCOME is wrong")
