"""What keeping sent bytes costs while nothing fails: pairs of the program as it is, and with a class that keeps nothing."""

import math
import re
import statistics
import subprocess

from . import measures, systems
from .processes import BenchError

PAIRS = 25
GENERATIONS = 5  # fresh processes so often: what the JVM's compiler makes of a program differs from start to start
MEDIAN_LIMIT = 0.05
INTERVAL_LIMIT = 0.10
CONFIDENCE = 0.95
WITH, WITHOUT = "kept", "forgotten"
RETENTION = "io.tlstunnel.mux.Retention"
MEMBER = re.compile(r"^  (?!private)\S.*;$", re.MULTILINE)


class Agent:
    """The jar of bench/forgetful, made for the classes that the launcher runs."""

    def __init__(self, stable, java, root):
        self.jar = stable.folder / "forgetful.jar"
        classes = stable.folder / "forgetful"
        lib = root / "target" / "run" / (root / "target" / "run" / "current").read_text(encoding="utf-8").strip()
        sources = sorted(str(path) for path in (root / "bench" / "forgetful").rglob("*.java"))
        subprocess.run(
            [java.with_name("javac"), "--release", "17", "-Xlint:all", "-Werror", "-cp", f"{lib}/*", "-d", classes, *sources],
            check=True)
        self._require_same(java, classes, f"{lib}/*")
        stand_in = classes / "io" / "tlstunnel" / "mux"
        (stand_in / "Retention.class").rename(classes / "stand-in")
        stand_in.rmdir()
        manifest = stable.folder / "forgetful.mf"
        manifest.write_text("Premain-Class: io.tlstunnel.bench.Forgetful\n")
        subprocess.run([java.with_name("jar"), "cfm", self.jar, manifest, "-C", classes, "."], check=True)

    @staticmethod
    def _require_same(java, classes, lib):
        def members(path):
            told = subprocess.run([java.with_name("javap"), "-p", "-cp", path, RETENTION], capture_output=True, text=True, check=True)
            return sorted(MEMBER.findall(told.stdout))

        ours, theirs = members(classes), members(lib)
        if ours != theirs:
            raise BenchError(f"bench/forgetful does not fit {RETENTION} any more: {ours} is not {theirs}")

    def option(self, forgetful):
        return f"-javaagent:{self.jar}={str(forgetful).lower()}"


class Kept(systems.Tunnel):
    """The program as it is. The agent is loaded in both, so that nothing else differs."""

    name = WITH
    forgetful = False

    def __init__(self, setting, agent):
        super().__init__(setting)
        self.java_options = agent.option(self.forgetful)
        self.folder = setting.folder / self.name
        self.folder.mkdir(exist_ok=True)


class Forgotten(Kept):
    name = WITHOUT
    forgetful = True


def measure(bench, setting, agent, pairs, say):
    """CPU s/GiB of each pair: [(kept, forgotten)]."""
    bulk = measures.bulk(4, 4)
    found = []
    for generation in range(GENERATIONS):
        both = [Kept(setting, agent).start(), Forgotten(setting, agent).start()]
        for system in both:
            measures.warm_up(bench, system, 5)
        share = pairs * (generation + 1) // GENERATIONS - len(found)
        for _ in range(share):
            order = both if len(found) % 2 == 0 else both[::-1]
            costs = {system.name: bulk(bench, system)["CPU s/GiB"] for system in order}
            found.append((costs[WITH], costs[WITHOUT]))
            say(f"pair {len(found)}: {costs[WITH]:.3f} with, {costs[WITHOUT]:.3f} without: {costs[WITH] / costs[WITHOUT]:.3f}")
        for system in both:
            system.stop()
    return found


def interval(values):
    """Between which order statistics the median lies, with at least 95 % confidence and whatever the distribution."""
    ordered = sorted(values)
    count = len(ordered)
    below = 0.0
    rank = 0
    # The greatest rank r with P(Binomial(n, 1/2) < r) <= 2.5 %.
    while (chance := below + math.comb(count, rank) / 2**count) <= (1 - CONFIDENCE) / 2:
        below = chance
        rank += 1
    if rank == 0:
        raise BenchError(f"{count} pairs are too few for an interval")
    return ordered[rank - 1], ordered[count - rank]


def verdict(pairs):
    """(text, whether the limits hold)."""
    ratios = [kept / forgotten for kept, forgotten in pairs]
    middle, (low, high) = statistics.median(ratios), interval(ratios)
    holds = abs(middle - 1) <= MEDIAN_LIMIT and 1 - INTERVAL_LIMIT <= low and high <= 1 + INTERVAL_LIMIT
    text = (
        f"CPU s/GiB, medians of {len(pairs)} interleaved pairs: {statistics.median(kept for kept, _ in pairs):.3f} with retention, "
        f"{statistics.median(forgotten for _, forgotten in pairs):.3f} without\n"
        f"ratio of a pair: median {middle:.3f}, 95 % interval {low:.3f} to {high:.3f}\n"
        f"the limits (median within {MEDIAN_LIMIT:.0%}, interval within {INTERVAL_LIMIT:.0%}) {'hold' if holds else 'do NOT hold'}"
    )
    return text, holds
