"""The load of bench/load, and wrk."""

import json
import re
import selectors
import shutil
import subprocess
import time

from .processes import BenchError, CpuClock, wait_for_port

GRACE = 60  # seconds beyond its own time that a measure may take, on a busy machine


class Load:
    def __init__(self, stable, java, root):
        self.stable = stable
        self.java = java
        self.classes = root / "bench" / "target" / "classes"
        sources = sorted(str(path) for path in (root / "bench" / "load").rglob("*.java"))
        shutil.rmtree(self.classes, ignore_errors=True)
        self.classes.mkdir(parents=True)
        subprocess.run(
            [java.with_name("javac"), "--release", "17", "-Xlint:all", "-Werror", "-d", self.classes, *sources],
            check=True)

    def service(self, port):
        process = self.stable.start("service", self._command("service", port))
        wait_for_port(port, process, self.stable)
        return process

    def measure(self, kind, pids, port, *arguments):
        """Runs one measure; what it counted, with the processor time of ``pids`` and of the load itself."""
        process = self._start(kind, port, *arguments)
        lines = Lines(process, self.stable, float(arguments[-1]) + float(arguments[-2]) + GRACE)
        lines.expect("begin")
        clock = CpuClock({**pids, "visitors": process.pid})
        lines.expect("end")
        cpu = clock.read()
        result = json.loads(lines.next())
        self._finish(process)
        return {**result, **cpu}

    def idle(self, port, count, at):
        """Opens ``count`` connections; calls ``at`` with each state they are in."""
        process = self._start("idle", port, count, stdin=subprocess.PIPE)
        lines = Lines(process, self.stable, 4 * GRACE)
        for state in ("opened", "carried", "closed"):
            lines.expect(state)
            at(state)
            process.stdin.write(b"\n")
            process.stdin.flush()
        self._finish(process)

    def _finish(self, process):
        if process.wait(GRACE) != 0:
            raise BenchError(f"the load failed:\n{self.stable.tail(process)}")
        self.stable.stop(process)
        process.stdout.close()

    def _start(self, kind, *arguments, **io):
        return self.stable.start("visitors", self._command(kind, *arguments), stdout=subprocess.PIPE, **io)

    def _command(self, *arguments):
        return [self.java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Xss256k",
                "-cp", self.classes, "io.tlstunnel.bench.Load", *map(str, arguments)]


class Lines:
    """Lines of a process's output, until a deadline."""

    def __init__(self, process, stable, seconds):
        self.process = process
        self.stable = stable
        self.deadline = time.monotonic() + seconds
        self.selector = selectors.DefaultSelector()
        self.selector.register(process.stdout, selectors.EVENT_READ)
        self.rest = b""

    def expect(self, wanted):
        line = self.next()
        if line != wanted:
            raise BenchError(f"the load said {line!r} and not {wanted!r}")

    def next(self):
        while b"\n" not in self.rest:
            if not self.selector.select(max(0.0, self.deadline - time.monotonic())):
                raise BenchError(f"the load hangs:\n{self.stable.tail(self.process)}")
            more = self.process.stdout.read1(4096)
            if not more:
                raise BenchError(f"the load ended:\n{self.stable.tail(self.process)}")
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode()


def wrk(stable, pids, port, connections, seconds):
    """Requests per second over connections that are kept."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/"]
    process = stable.start("wrk", command, stdout=subprocess.PIPE)
    clock = CpuClock({**pids, "visitors": process.pid})
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    # wrk says a line at once and the rest at its end: the clock is read before it is gone.
    time.sleep(seconds - 0.05)
    cpu = clock.read()
    text = process.communicate(timeout=GRACE)[0].decode()
    stable.stop(process)
    found = re.search(r"(\d+) requests in ([\d.]+)(\w+),", text)
    if process.returncode != 0 or not found or found.group(3) != "s":
        raise BenchError(f"wrk failed:\n{text}")
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "amount": int(found.group(1)),
        "seconds": float(found.group(2)),
        "p50": _micros(text, "50%"),
        "p99": _micros(text, "99%"),
        "errors": sum(int(group) for match in (errors, refused) if match for group in match.groups()),
        **cpu,
    }


def _micros(text, quantile):
    value, unit = re.search(re.escape(quantile) + r"\s+([\d.]+)(us|ms|s)\b", text).groups()
    return float(value) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]
