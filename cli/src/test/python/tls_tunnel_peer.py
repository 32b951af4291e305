"""A client of tls-tunnel, written from docs/protocol.md alone; its services send back what visitors send.

It proves that the page is enough. Lines on its standard input, whose end ends it too:
    cut [SLOT]   breaks every tunnel, or that of a slot (0, 1 ...), by a TCP reset; the streams resume
    reset        resets every stream, as an operator would
    forget       breaks every tunnel, and cannot prove its session any more: the next WELCOME brings another one
    bye          ends the session and the program
"""

import argparse
import asyncio
import collections
import functools
import secrets
import signal
import ssl
import sys
from time import monotonic as now

from tls_tunnel_wire import (
    CHALLENGE, DATA, DETACHED, FIN, FRAMES, GOAWAY, HELLO, OPEN, OPENED, PING, PONG, PROOF, REGISTER, REGISTERED,
    RESET, RESUME, RESUMED, WELCOME, WINDOW, WINDOWS,
    Malformed, WebSocket, check_welcome, derived, frame, parse, proof, sha256)

NO_SUCH_PROXY, CANCELLED = 4, 12  # of RESET
OK, UNREACHABLE = 0, 3  # of RESUMED
REFUSED, PROTOCOL, DRAINING, EXHAUSTED, REPLACED, BYE = range(1, 7)  # of GOAWAY
WINDOW_SIZE, PIECE, RESUMES_A_FRAME = 256 * 1024, 16 * 1024, 1000
DEAD_AFTER, HANDSHAKE_TIMEOUT, UNACKNOWLEDGED, TELL_AFTER = 10, 10, 2, 0.02  # seconds
say = functools.partial(print, flush=True)


class Refused(Exception):
    """The node wants no more of this client."""


class Stream:
    """A visitor. Each way go the same bytes: `copy` is what has come and is not acknowledged on its way back."""

    def __init__(self, client, identity, attempt, allowed):
        self.client, self.id, self.attempt, self.allowed, self.granted = client, identity, attempt, allowed, WINDOW_SIZE
        self.tunnel, self.channel, self.attach, self.attached, self.retry = None, 0, 0, False, 0.2
        self.copy, self.received, self.freed, self.sent, self.consumed, self.told = bytearray(), 0, 0, 0, 0, 0
        self.fin_received, self.fin_sent, self.reset, self.reset_sent = False, False, None, False
        self.timer = self.waiting = None

    def bind(self, tunnel, channel, attached):
        self.tunnel, self.channel, self.attached = tunnel, channel, attached
        tunnel.streams[channel] = self

    def suspend(self):
        if self.tunnel:
            del self.tunnel.streams[self.channel]
        self.tunnel, self.attached, self.waiting = None, False, None

    def end(self, how):
        self.suspend()
        del self.client.streams[self.id]
        self.client.ended[self.id] = self.attempt
        say(f"stream {self.id.hex()} ended {how} at {self.received}")

    def abort(self):
        """RESET, behind what may still be sent."""
        self.reset = self.reset or (CANCELLED, max(self.sent, min(self.received, self.allowed)))
        self.wake()

    def wake(self):
        if self.attached and self not in self.tunnel.ready:
            self.tunnel.ready.append(self)
            self.tunnel.work.set()

    def next_frame(self):
        """What it may send now, or nothing."""
        end = self.reset[1] if self.reset else self.received
        size = min(end, self.allowed, self.sent + self.tunnel.piece) - self.sent
        if size > 0:
            start, self.sent, self.waiting = self.sent - self.freed, self.sent + size, self.waiting or now()
            self.consume(self.sent)
            return frame(DATA, self.channel, bytes(self.copy[start:start + size]))
        if self.sent == end and self.reset and not self.reset_sent:
            self.reset_sent = True
            return frame(RESET, self.channel, *self.reset, "")
        if self.sent == end and self.fin_received and not self.fin_sent and not self.reset:
            self.fin_sent = True
            self.consume(end + 1)
            return frame(FIN, self.channel)
        return None

    def consume(self, offset):
        if self.timer:
            self.timer.cancel()
        self.consumed = max(self.consumed, offset)
        if self.consumed > self.received or self.consumed - self.told >= WINDOW_SIZE // 2:
            self.tell()
        else:
            self.timer = asyncio.get_running_loop().call_later(TELL_AFTER, self.tell)

    def tell(self):
        if self.attached and not self.reset:
            self.told, self.granted = self.consumed, self.consumed + WINDOW_SIZE
            self.tunnel.send(WINDOW, self.channel, self.told, self.granted)

    def on_data(self, data=None):
        """None is FIN."""
        size = len(data or b"")
        if self.fin_received or self.received + size > self.granted:
            raise Malformed("DATA behind FIN, or beyond what is allowed")
        self.fin_received, self.received = data is None, self.received + size
        self.copy += data or b""
        self.wake()

    def free(self, offset):
        if offset > self.freed:
            del self.copy[:offset - self.freed]
            self.freed, self.waiting = offset, None

    def on_window(self, consumed, allowed):
        if consumed > self.sent + self.fin_sent:
            raise Malformed("WINDOW acknowledges what was not sent")
        if consumed > self.received:
            self.end("cleanly")
        else:
            self.free(consumed)
            self.allowed = max(self.allowed, allowed)
            self.wake()

    def on_reset(self, code, _final, reason):
        if not self.reset_sent:
            self.tunnel.send(RESET, self.channel, code, self.sent, "")
        self.end(f"by RESET {code} {reason}")

    def entry(self, tunnel):
        """Goes over to a channel of that tunnel; its entry in RESUME."""
        if self.attached and not self.reset_sent:
            self.tunnel.send(DETACHED, self.channel)
        self.suspend()
        self.bind(tunnel, tunnel.next_channel, False)
        tunnel.next_channel += 2
        self.attach, self.granted = self.attach + 1, self.consumed + WINDOW_SIZE
        state = self.reset or int(self.fin_received)
        return self.id, None, self.channel, self.attach, self.received + self.fin_received, self.granted, state

    def on_resumed(self, answer, received, allowed, state):
        if answer == UNREACHABLE:
            self.suspend()
            asyncio.get_running_loop().call_later(self.retry, self.client.resume)
            self.retry = min(2, self.retry * 2)
        elif answer != OK or self.reset and isinstance(state, tuple):
            self.end(f"by RESUMED {answer}")
        elif not self.freed <= received <= self.received + self.fin_received:
            raise Malformed("RESUMED received what was not sent")
        else:
            self.attached, self.allowed, self.retry, self.reset_sent = True, allowed, 0.2, False
            self.sent, self.fin_sent = min(received, self.received), received > self.received
            self.free(self.sent)
            self.tell()
            self.wake()


class Tunnel:
    """One connection of the client."""

    def __init__(self, client, slot, wire):
        self.client, self.slot, self.wire, self.next_channel, self.highest, self.left = client, slot, wire, 1, 0, False
        self.streams, self.ready, self.work = {}, collections.deque(), asyncio.Event()

    def send(self, kind, channel, *values):
        self.wire.send(frame(kind, channel, *values))

    async def shake_hands(self, name, session, secret, key, pin):
        """Session, resume secret and revision from WELCOME."""
        leaf = sha256(self.wire.writer.get_extra_info("ssl_object").getpeercert(True))
        if pin and leaf.hex() != pin:
            raise Refused("the certificate is not the pinned one")
        said = frame(HELLO, 0, 1, 1, bytes(8), name, session, WINDOW_SIZE, secrets.token_bytes(32))
        self.wire.send(said)
        challenge = await self.answer(CHALLENGE)
        _, _, incarnation, binding, _ = parse(CHALLENGE, challenge)
        proved = proof(key, said + challenge, leaf if binding else None, secret)
        self.wire.send(proved)
        welcome = await self.answer(WELCOME)
        check_welcome(key, said + challenge + proved, welcome)
        _, same, session, secret, _, _, largest, _, interval, _, revision, _ = parse(WELCOME, welcome)
        if same != incarnation:
            raise Malformed("WELCOME tells another incarnation than CHALLENGE")
        self.piece, self.ping_interval = min(PIECE, largest), interval / 1000
        return session, secret, revision

    async def answer(self, wanted):
        kind, _, whole = await self.wire.frame(4096)
        if kind == GOAWAY:
            code, _, reference, reason = parse(GOAWAY, whole)
            raise (Refused if code == REFUSED else ConnectionError)(f"GOAWAY {code} {reason} {reference}")
        if kind != wanted:
            raise Malformed(f"a frame of type {kind} in the handshake")
        return whole

    async def pump(self):
        """One piece of each stream in turn."""
        while await self.work.wait():
            self.work.clear()
            while self.ready:
                stream = self.ready.popleft()
                if stream.tunnel is self and stream.attached and (piece := stream.next_frame()):
                    self.wire.send(piece)
                    stream.wake()
                    await self.wire.writer.drain()

    async def watch(self):
        """Pings, and gives up who is silent."""
        pinged = 0
        while now() - self.wire.heard < DEAD_AFTER:
            await asyncio.sleep(min(0.25, self.ping_interval / 2))
            waits = any(s.waiting and now() - s.waiting > UNACKNOWLEDGED for s in self.streams.values())
            if (waits or now() - self.wire.heard >= self.ping_interval) and now() - pinged >= UNACKNOWLEDGED:
                pinged = now()
                self.send(PING, 0, secrets.token_bytes(8))
        self.wire.cut()

    async def run(self):
        tasks = [asyncio.create_task(self.pump()), asyncio.create_task(self.watch())]
        try:
            while True:
                self.receive(*await self.wire.frame())
        finally:
            for task in tasks:
                task.cancel()
            self.client.tunnels.pop(self, None)
            for stream in list(self.streams.values()):
                stream.suspend()
            self.client.resume()

    def receive(self, kind, channel, whole):
        if kind in (HELLO, CHALLENGE, PROOF, WELCOME):
            raise Malformed("a frame of the handshake after WELCOME")
        if kind not in FRAMES:
            return
        if channel and kind != OPEN and channel >= (self.next_channel if channel % 2 else self.highest + 1):
            raise Malformed(f"channel {channel} was never opened")
        values, stream = parse(kind, whole), self.streams.get(channel)
        if kind == OPEN:
            self.on_open(channel, *values)
        elif stream and stream.attached and kind == DETACHED:
            stream.suspend()
            self.client.resume()
        elif stream and stream.attached and kind in (DATA, FIN, WINDOW, RESET):
            {DATA: stream.on_data, FIN: stream.on_data, WINDOW: stream.on_window, RESET: stream.on_reset}[kind](*values)
        elif kind == WINDOWS:
            for number, *offsets in values[0]:
                self.receive(WINDOW, number, frame(WINDOW, number, *offsets))
        elif kind == RESUMED:
            for identity, number, attach, *answer in values[0]:
                stream = self.streams.get(number)
                if stream and (stream.id, stream.attach, stream.attached) == (identity, attach, False):
                    stream.on_resumed(*answer)
        elif kind == PING:
            self.send(PONG, 0, *values)
        elif kind == REGISTERED:
            self.client.on_registered(*values)
        elif kind == GOAWAY:
            self.client.on_goaway(self, *values)

    def on_open(self, channel, identity, _session, proxy, _revision, source, _destination, allowed, _trace, attempt):
        if channel % 2 or channel <= self.highest:
            raise Malformed("OPEN on a channel that is not the next of its side")
        self.highest, client, known = channel, self.client, self.client.streams.get(identity)
        if attempt > client.ended.get(identity, attempt):
            self.send(RESET, channel, CANCELLED, 0, "")
        elif known and attempt > known.attempt:
            known.attempt = attempt
            if known.attached or not known.tunnel:
                self.send(RESUME, 0, [known.entry(self)])
        elif not known and proxy not in client.proxies:
            self.send(RESET, channel, NO_SUCH_PROXY, 0, "")
        elif not known and identity not in client.ended:
            known = client.streams[identity] = Stream(client, identity, attempt, allowed)
            known.bind(self, channel, True)
            self.send(OPENED, channel, known.granted)
            say(f"stream {identity.hex()} opened to {proxy} by {source[0]}")


class Client:
    """One session: keeps its tunnels up, and its streams whatever becomes of these."""

    def __init__(self, options):
        with open(options.key_file, encoding="utf-8") as file:
            self.key = derived(file.read().strip())[1]
        self.options, self.tls = options, ssl.create_default_context(cafile=options.ca)
        if options.fingerprint:
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        self.proxies = dict(proxy.split("=", 1) for proxy in options.proxy)
        self.session, self.secret, self.dials, self.revision = None, None, 0, 1
        self.tunnels, self.streams, self.ended, self.dialling = {}, {}, {}, asyncio.Lock()

    async def keep(self, slot):
        """One tunnel after the other."""
        delay, tunnel = 0, None
        while not (tunnel and tunnel.left):
            await asyncio.sleep(delay)
            delay, tunnel, wire = min(2, max(0.1, delay * 2)), None, None
            try:
                # One handshake at a time: of two that bring a new session each, one would supersede the other.
                async with self.dialling, asyncio.timeout(HANDSHAKE_TIMEOUT):
                    wire = await WebSocket.dial(self.options.host, self.options.port, self.options.path, self.tls)
                    tunnel = Tunnel(self, slot, wire)
                    self.admit(tunnel, *await tunnel.shake_hands(
                        self.options.name, self.session, self.secret, self.key, self.options.fingerprint))
                delay = 0
                await tunnel.run()
            except (Malformed, OSError, EOFError) as fault:
                say(f"tunnel {slot} ends: {fault}")
                if isinstance(fault, Malformed):
                    delay = 2
                    tunnel.send(GOAWAY, 0, PROTOCOL, 0, "", str(fault))
            finally:
                if wire:
                    wire.close()

    def admit(self, tunnel, session, secret, revision):
        if self.session and self.session[:16] != session[:16]:
            self.end_session()
        self.session, self.secret, self.dials, self.tunnels[tunnel] = session, secret, self.dials + 1, True
        say(f"tunnel {tunnel.slot} up by dial {self.dials} in session {session[:16].hex()}")
        if revision < self.revision:
            self.register()
        self.resume()

    def end_session(self):
        for stream in list(self.streams.values()):
            stream.end("with its session")
        for tunnel in self.tunnels:
            tunnel.wire.cut()
        self.session = self.secret = None

    def register(self):
        places = [(name, *place.rsplit(":", 1)) for name, place in self.proxies.items()]
        proxies = [(name, "tcp", address, int(port), 0) for name, address, port in places]
        for tunnel in list(self.tunnels)[:1]:
            tunnel.send(REGISTER, 0, self.revision, proxies)

    def on_registered(self, revision, _node, results):
        for name, outcome, text in results:
            say(f"REGISTERED {revision} {name} {outcome}: {text}")
            if outcome == "retry":
                asyncio.get_running_loop().call_later(1, self.register)

    def resume(self):
        """Every stream without a channel, over any tunnel."""
        streams = [stream for stream in self.streams.values() if not stream.tunnel]
        tunnel = next(iter(self.tunnels), None)
        for start in range(0, len(streams) if tunnel else 0, RESUMES_A_FRAME):
            entries = [stream.entry(tunnel) for stream in streams[start:start + RESUMES_A_FRAME]]
            tunnel.send(RESUME, 0, entries)
            say(f"{len(entries)} streams resume over tunnel {tunnel.slot}")

    def on_goaway(self, tunnel, code, deadline, reference, reason):
        say(f"GOAWAY {code} in {deadline} ms: {reason} {reference}")
        if code == REFUSED or code == REPLACED and self.session and reference == self.session[:16].hex():
            raise Refused(reason)
        if code == BYE:
            self.end_session()
        elif code in (PROTOCOL, REPLACED):
            tunnel.wire.close()
        elif not tunnel.left:
            self.tunnels.pop(tunnel)
            tunnel.left = self.group.create_task(self.keep(tunnel.slot))

    async def obey(self):
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        loop.add_signal_handler(signal.SIGTERM, reader.feed_eof)
        while (line := (await reader.readline()).decode().split()) not in ([], ["bye"]):
            for tunnel in self.tunnels if line[0] in ("cut", "forget") else ():
                if line[1:] in ([], [str(tunnel.slot)]):
                    tunnel.wire.cut()
            for stream in self.streams.values() if line == ["reset"] else ():
                stream.abort()
            if line == ["forget"]:
                self.secret = secrets.token_bytes(16)
        for tunnel in self.tunnels:
            tunnel.send(GOAWAY, 0, BYE, 0, "", "the client ends")
        raise Refused("bye")

    async def serve(self):
        try:
            async with asyncio.TaskGroup() as self.group:
                self.group.create_task(self.obey())
                for slot in range(self.options.tunnels):
                    self.group.create_task(self.keep(slot))
        except* Refused as faults:
            say(why := str(faults.exceptions[0]))
        return int(why != "bye")


def self_test(page):
    """Makes the worked example of the page anew."""
    with open(page, encoding="utf-8") as file:
        block = file.read().partition("<!-- checked: example -->")[2].split("```")[1]
    text = dict((name.strip(), value) for name, value in (line.split(" = ") for line in block.strip().splitlines()))
    data = {name: bytes.fromhex(value) for name, value in text.items() if name != "auth_key"}
    said, leaf, secret = data["HELLO"] + data["CHALLENGE"], data["SHA-256 of the leaf"], data["resume secret"]
    p, key = derived(text["auth_key"])
    assert (p, key) == (data["P"], data["K"])
    assert frame(HELLO, 0, *parse(HELLO, data["HELLO"])) == data["HELLO"]
    assert proof(key, said, leaf, secret) == data["PROOF"]
    check_welcome(key, said + data["PROOF"], data["WELCOME"])
    assert frame(WELCOME, 0, *parse(WELCOME, data["WELCOME"])) == data["WELCOME"]
    say("the worked example holds")


def main():
    parser = argparse.ArgumentParser(description="a client of tls-tunnel whose services send back what comes")
    parser.add_argument("--self-test", metavar="PAGE", help="only make the worked example of docs/protocol.md anew")
    parser.add_argument("--proxy", action="append", default=[], metavar="NAME=ADDRESS:PORT", help="where to publish")
    for option, standard in (("host", "127.0.0.1"), ("port", 443), ("path", "/tunnel"), ("name", "python-peer"),
                             ("key-file", ""), ("ca", None), ("fingerprint", None), ("tunnels", 1)):
        parser.add_argument(f"--{option}", type=int if isinstance(standard, int) else str, default=standard)
    options = parser.parse_args()
    return self_test(options.self_test) if options.self_test else asyncio.run(Client(options).serve())


if __name__ == "__main__":
    sys.exit(main())
