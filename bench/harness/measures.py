"""What is measured of a system: each measure is a function of the bench and a started system."""

import time

from .load import wrk
from .processes import rss_mib

GIB = 2**30


class Bench:
    """The load, the pids that every measure counts, and how long it takes."""

    def __init__(self, stable, load, services, seconds):
        self.stable = stable
        self.load = load
        self.services = services
        self.seconds = seconds
        self.warm_up = max(1.0, seconds / 4)

    def run(self, kind, system, *arguments):
        pids = {**system.pids, **self.services}
        result = self.load.measure(kind, pids, system.port, *arguments, self.warm_up, self.seconds)
        return result


def shares(result, system, own_name, load_name, unit):
    """Processor time per unit: of the system's own processes, if it has any, and of the load."""
    own = sum(result["cpu"][name] for name in system.pids)
    load = sum(result["cpu"].values()) - own
    return {**({own_name: own / unit} if system.pids else {}), **({load_name: load / unit} if load_name else {})}


def warm_up(bench, system, seconds):
    """What runs hot is compiled by then; nothing of it is counted."""
    long = Bench(bench.stable, bench.load, bench.services, seconds)
    for measure in (bulk(1, 0), bulk(0, 1), bulk(4, 4), connect(16), http(64)):
        if system.pids:
            measure(long, system)


def bulk(up, down):
    def measure(bench, system):
        result = bench.run("bulk", system, up, down)
        return {
            "Gbit/s": result["bytes"] * 8 / result["seconds"] / 1e9,
            **shares(result, system, "CPU s/GiB", "load s/GiB", result["bytes"] / GIB),
            "detail": result,
        }

    return measure


def ping(beside):
    def measure(bench, system):
        result = bench.run("ping", system, beside)
        return {"p50 µs": result["p50"], "p99 µs": result["p99"], "detail": result}

    return measure


def connect(at_once):
    def measure(bench, system):
        result = bench.run("connect", system, at_once)
        return {
            "per s": result["amount"] / result["seconds"],
            **shares(result, system, "CPU µs each", None, result["amount"] / 1e6),
            "errors": result["errors"],
            "detail": result,
        }

    return measure


def http(connections):
    def measure(bench, system):
        pids = {**system.pids, **bench.services}
        wrk(bench.stable, pids, system.web_port, connections, 1)
        result = wrk(bench.stable, pids, system.web_port, connections, max(2, round(bench.seconds)))
        return {
            "per s": result["amount"] / result["seconds"],
            **shares(result, system, "CPU µs each", None, result["amount"] / 1e6),
            "p99 µs": result["p99"],
            "errors": result["errors"],
            "detail": result,
        }

    return measure


SETTLE = 3  # seconds after which resident memory is read


def memory(bench, system, streams):
    """Resident memory of the two processes together, in MiB, of a system that has just been started."""
    time.sleep(SETTLE)
    at = {"started": {name: rss_mib(pid) for name, pid in system.pids.items()}}

    def note(state):
        time.sleep(SETTLE)
        at[state] = {name: rss_mib(pid) for name, pid in system.pids.items()}

    bench.load.idle(system.port, streams, note)
    total = {state: sum(values.values()) for state, values in at.items()}
    return {
        "MiB at start": total["started"],
        "MiB idle": total["opened"],
        "KiB a stream": (total["opened"] - total["started"]) * 1024 / streams,
        "MiB carried": total["carried"],
        "MiB closed": total["closed"],
        "detail": at,
    }


# group -> (name, measure); `--only` takes groups.
GROUPS = {
    "bulk": [
        ("bulk up, 1 stream", bulk(1, 0)),
        ("bulk down, 1 stream", bulk(0, 1)),
        ("bulk up and down, 1 stream each", bulk(1, 1)),
        ("bulk up, 8 streams", bulk(8, 0)),
        ("bulk down, 8 streams", bulk(0, 8)),
        ("bulk up and down, 4 streams each", bulk(4, 4)),
    ],
    "ping": [
        ("64-byte round trip, alone", ping("alone")),
        ("64-byte round trip beside a bulk stream up", ping("up")),
        ("64-byte round trip beside a bulk stream down", ping("down")),
    ],
    "connect": [("new connections, 64 at once", connect(64))],
    "http": [("HTTP requests, wrk -c 64", http(64))],
    "memory": [],  # of fresh processes: see run
}
