"""A client of tls-tunnel, written from docs/protocol.md alone; its services send back what comes.

It proves that the page is enough. Lines on its standard input, whose end ends it too:
    cut [SLOT]   breaks every tunnel, or that of a slot (0, 1 ...); the streams resume
    reset        resets every stream, as an operator would
    forget       breaks every tunnel, and cannot prove its session any more: it gets another one
    bye          ends the session and the program
"""

import argparse
import asyncio
import hashlib
import os
import pathlib
import re
import ssl
import sys

from tls_tunnel_wire import Malformed, WebSocket, check_welcome, derived, frame, parse, proof

NO_SUCH_PROXY, CANCELLED = 4, 12  # of RESET
OK, UNREACHABLE = 0, 3  # of RESUMED
REFUSED, PROTOCOL, DRAINING, EXHAUSTED, REPLACED, BYE = range(1, 7)  # of GOAWAY
OUTCOMES = ["accepted", "refused", "retry"]  # of REGISTERED
WINDOW, PIECE = 256 * 1024, 16 * 1024
HANDSHAKE_TIMEOUT, TICK = 10, 2  # seconds


class Stream:
    """A visitor. Each way go the same bytes."""
    tunnel = reset = closed = None  # closed by "FIN" or "RESET", on this side
    channel = attach = received = freed = sent = consumed = 0
    attached = fin_received = False

    def __init__(self, client, identity, allowed):
        self.client, self.id, self.allowed = client, identity, allowed
        self.copy = bytearray()  # what has come, from `freed` on: not acknowledged on its way back

    def move(self, tunnel=None, channel=0, attached=False):
        """To that channel, or to none."""
        if self.tunnel:
            del self.tunnel.streams[self.channel]
        self.tunnel, self.channel, self.attached = tunnel, channel, attached
        if tunnel:
            tunnel.streams[channel] = self

    def end(self, how):
        self.move()
        del self.client.streams[self.id]
        print(f"stream {self.id.hex()} ended {how} at {self.received}")

    def send(self, kind, *values):
        self.tunnel.send(kind, self.channel, *values)

    def step(self):
        """Sends one piece of what it may; whether there was any."""
        end = self.reset[1] if self.reset else self.received
        last = ("RESET", *self.reset, "") if self.reset else ("FIN",) if self.fin_received else ()
        size = min(end, self.allowed, self.sent + self.tunnel.piece) - self.sent
        if size > 0:
            start, self.sent = self.sent - self.freed, self.sent + size
            self.send("DATA", bytes(self.copy[start:start + size]))
        elif last and self.sent == end and self.closed != last[0]:
            self.closed = last[0]
            self.send(*last)
        else:
            return False
        self.consumed = max(self.consumed, self.sent + (self.closed == "FIN"))
        if not self.reset:
            self.send("WINDOW", self.consumed, self.consumed + WINDOW)
        return True

    def on_data(self, data=b""):
        if self.fin_received or self.received + len(data) > self.consumed + WINDOW:
            raise Malformed("DATA behind FIN, or beyond what is allowed")
        self.fin_received, self.received = not data, self.received + len(data)
        self.copy += data

    on_fin = on_data  # with none
    on_detached = move  # it resumes with the next tick

    def on_window(self, consumed, allowed):
        if consumed > self.sent + (self.closed == "FIN"):
            raise Malformed("WINDOW acknowledges what was not sent")
        if consumed > self.received:
            return self.end("cleanly")
        del self.copy[:max(0, consumed - self.freed)]
        self.freed, self.allowed = max(self.freed, consumed), max(self.allowed, allowed)

    def on_reset(self, code, _final, reason):
        if self.closed != "RESET":
            self.send("RESET", code, self.sent, "")
        self.end(f"by RESET {code} {reason}")

    def resume(self, tunnel):
        """Goes over to a new channel of that tunnel."""
        if self.attached and self.closed != "RESET":
            self.send("DETACHED")
        self.move(tunnel, tunnel.next_channel)
        self.attach, tunnel.next_channel = self.attach + 1, tunnel.next_channel + 2
        received, allowed = self.received + self.fin_received, self.consumed + WINDOW
        state = (2, *self.reset) if self.reset else (int(self.fin_received),)
        entry = self.id, (0,), self.channel, self.attach, received, allowed, state
        tunnel.send("RESUME", 0, entry)
        print(f"stream {self.id.hex()} resumes over tunnel {tunnel.slot}")

    def on_resumed(self, answer, received, allowed, state):
        if answer == UNREACHABLE:
            self.move()
        elif answer != OK or self.reset and state[0] == 2:
            self.end(f"by RESUMED {answer}")
        else:
            self.attached, self.sent, self.allowed = True, min(received, self.received), 0
            self.closed = "FIN" if received > self.received else None
            self.on_window(self.sent, allowed)
            self.send("WINDOW", self.consumed, self.consumed + WINDOW)


class Tunnel(WebSocket):
    """One connection of the client."""

    def __init__(self, client, slot):
        self.client, self.slot, self.streams = client, slot, {}
        self.next_channel, self.highest = 1, 0

    def send(self, kind, channel, *values):
        self.message(frame(kind, channel, *values))

    async def shake_hands(self):
        """Session, resume secret and revision from WELCOME."""
        client = self.client
        said = frame("HELLO", 0, 1, 1, bytes(8), "python", client.session, WINDOW, os.urandom(32))
        self.message(said)
        challenge, (*_, binding, _) = await self.answer("CHALLENGE")
        certificate = self.writer.get_extra_info("ssl_object").getpeercert(True)
        leaf = hashlib.sha256(certificate).digest() if binding else None
        proved = proof(client.key, said + challenge, leaf, client.secret)
        self.message(proved)
        welcome, values = await self.answer("WELCOME")
        check_welcome(client.key, said + challenge + proved, welcome)
        _, _, *session, secret, _, _, most, _, _, _, revision, _ = values
        self.piece = min(PIECE, most)
        return (1, *session), secret, revision

    async def answer(self, wanted):
        kind, _, whole = await self.next_frame(4096)
        if kind == "GOAWAY":
            self.client.on_goaway(*parse(kind, whole))
        if kind != wanted:
            raise Malformed(f"a frame of type {kind} in the handshake")
        return whole, parse(kind, whole)

    async def run(self):
        try:
            while True:
                kind, channel, whole = await self.next_frame()
                if kind:
                    self.on_frame(kind, channel, parse(kind, whole))
                # In turns; what waits to be written is bounded by the windows.
                while any([stream.step() for stream in self.streams.values() if stream.attached]):
                    pass
        finally:
            self.client.tunnels.remove(self)
            for stream in list(self.streams.values()):
                stream.move()
            self.client.resume()

    def on_frame(self, kind, channel, values):
        if kind != "OPEN" and channel >= (self.next_channel if channel % 2 else self.highest + 1):
            raise Malformed(f"channel {channel} was never opened")
        stream = self.streams.get(channel)
        if kind == "OPEN":
            self.on_open(channel, *values)
        elif kind == "WINDOWS":
            for number, *offsets in values:
                self.on_frame("WINDOW", number, offsets)
        elif kind == "RESUMED":
            for identity, number, attach, *answer in values:
                stream = self.streams.get(number)
                if stream and (stream.id, stream.attach) == (identity, attach):
                    stream.on_resumed(*answer)
        elif kind == "PING":
            self.send("PONG", 0, *values)
        elif kind in ("REGISTERED", "GOAWAY"):
            getattr(self.client, f"on_{kind.lower()}")(*values)
        elif kind in ("DATA", "FIN", "WINDOW", "RESET", "DETACHED") and stream and stream.attached:
            if kind == "RESET" or stream.closed != "RESET":
                getattr(stream, f"on_{kind.lower()}")(*values)

    def on_open(self, channel, identity, _session, proxy, *values):
        if channel % 2 or channel <= self.highest:
            raise Malformed("OPEN on a channel that is not the next of its side")
        *_, allowed, _, attempt = values
        self.highest, client, last = channel, self.client, self.client.tries.get(identity, -1)
        client.tries[identity] = max(last, attempt)
        if stream := client.streams.get(identity):
            if attempt > last and (stream.attached or not stream.tunnel):
                stream.resume(self)
        elif last < 0 and proxy in client.proxies:
            stream = client.streams[identity] = Stream(client, identity, allowed)
            stream.move(self, channel, True)
            self.send("OPENED", channel, WINDOW)
            print(f"stream {identity.hex()} opened to {proxy}")
        elif attempt > last:
            self.send("RESET", channel, NO_SUCH_PROXY if last < 0 else CANCELLED, 0, "")


class Client:
    """One session: keeps its tunnels up, and its streams whatever becomes of these."""

    def __init__(self, key, proxies):
        self.key, self.proxies, self.dialling = key, proxies, asyncio.Lock()
        self.tunnels, self.streams, self.tries = [], {}, {}
        self.session, self.secret, self.dials, self.revision = (0,), None, 0, 1

    async def keep(self, slot, *address):
        """One tunnel after the other."""
        delay = 0
        while True:
            await asyncio.sleep(delay)
            delay, tunnel = min(2, 2 * delay + 0.1), Tunnel(self, slot)
            try:
                # One handshake at a time: of two new sessions one would supersede the other.
                async with self.dialling, asyncio.timeout(HANDSHAKE_TIMEOUT):
                    await tunnel.dial(*address)
                    self.admit(tunnel, *await tunnel.shake_hands())
                delay = 0
                await tunnel.run()
            except (OSError, EOFError, UnicodeError) as fault:
                print(f"tunnel {slot} ends: {fault}")
                if isinstance(fault, Malformed):
                    tunnel.send("GOAWAY", 0, PROTOCOL, 0, "", str(fault))
            finally:
                tunnel.close()

    def admit(self, tunnel, session, secret, revision):
        if self.session[1:2] != session[1:2]:
            for stream in list(self.streams.values()):
                stream.end("with its session")
            for old in self.tunnels:
                old.writer.transport.abort()
        self.session, self.secret, self.dials = session, secret, self.dials + 1
        self.tunnels.append(tunnel)
        print(f"tunnel {tunnel.slot} up by dial {self.dials} in session {session[1].hex()}")
        if revision < self.revision:
            self.register()
        self.resume()

    def register(self):
        for tunnel in self.tunnels[-1:]:
            tunnel.send("REGISTER", 0, self.revision, *self.proxies.values())

    def on_registered(self, revision, _node, *results):
        for name, (outcome, *text) in results:
            print("REGISTERED", revision, name, OUTCOMES[outcome] + ":", *text)
            if OUTCOMES[outcome] == "retry":
                asyncio.get_running_loop().call_later(1, self.register)

    def on_goaway(self, code, _deadline, reference, reason):
        """Ends the tunnel: streams go over to the next one. The next WELCOME tells of BYE."""
        said, mine = f"GOAWAY {code} {reason} {reference}", b"".join(self.session[1:2]).hex()
        if code == REFUSED or (code, reference) == (REPLACED, mine):
            raise RuntimeError(said)
        raise ConnectionError(said)

    def resume(self):
        """Every stream without a channel, over any tunnel."""
        for stream in list(self.streams.values()):
            if self.tunnels and not stream.tunnel:
                stream.resume(self.tunnels[0])

    async def tick(self):
        """Asks for signs of life, and for streams that could not resume."""
        while True:
            await asyncio.sleep(TICK)
            for tunnel in self.tunnels:
                tunnel.send("PING", 0, os.urandom(8))
            self.resume()

    async def obey(self):
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while (line := (await reader.readline()).decode().split()) not in ([], ["bye"]):
            for tunnel in self.tunnels if line[0] in ("cut", "forget") else ():
                if line[1:] in ([], [str(tunnel.slot)]):
                    tunnel.writer.transport.abort()
            for stream in self.streams.values() if line == ["reset"] else ():
                stream.reset = CANCELLED, max(stream.sent, min(stream.received, stream.allowed))
            if line == ["forget"]:
                self.secret = os.urandom(16)
        for tunnel in self.tunnels:
            tunnel.send("GOAWAY", 0, BYE, 0, "", "the client ends")


def self_test(page):
    """Makes the worked example of the page anew."""
    text = dict(re.findall(r"^(\w[\w.() -]*?) += (.+)$", page, re.MULTILINE))
    data = {name: bytes.fromhex(value) for name, value in text.items() if name != "auth_key"}
    key, said = data["K"], data["HELLO"] + data["CHALLENGE"]
    assert derived(text["auth_key"]) == (data["P"], key)
    for kind in ("HELLO", "CHALLENGE", "PROOF", "WELCOME"):
        assert frame(kind, 0, *parse(kind, data[kind])) == data[kind]
    assert proof(key, said, data["SHA-256 of the leaf"], data["resume secret"]) == data["PROOF"]
    check_welcome(key, said + data["PROOF"], data["WELCOME"])
    print("the worked example holds")


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--self-test", type=pathlib.Path, metavar="PAGE")
    parser.add_argument("--proxy", nargs=3, action="append", metavar=("NAME", "ADDRESS", "PORT"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=443)
    parser.add_argument("--key-file", type=pathlib.Path)
    parser.add_argument("--ca")
    parser.add_argument("--tunnels", type=int, default=1)
    options = parser.parse_args()
    if options.self_test:
        return self_test(options.self_test.read_text("utf-8"))
    _, key = derived(options.key_file.read_text("utf-8").strip())
    proxies = {name: (name, "tcp", address, int(port), 0) for name, address, port in options.proxy}
    client, tls = Client(key, proxies), ssl.create_default_context(cafile=options.ca)
    work = [client.keep(n, options.host, options.port, tls) for n in range(options.tunnels)]
    tasks = [asyncio.create_task(each) for each in (client.obey(), client.tick(), *work)]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await done.pop()


if __name__ == "__main__":
    asyncio.run(main())
