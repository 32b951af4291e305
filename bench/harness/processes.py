"""Processes that end with this one, and what /proc says of them."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1


class BenchError(Exception):
    """Ends the run with a sentence."""


class Stable:
    """Starts processes, and stops exactly those. Output goes to a file of each in the run's folder."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def start(self, name, command, **kind):
        log = open(self.folder / f"{name}.log", "ab")
        with log:
            kind.setdefault("stdout", log)
            process = subprocess.Popen(command, stderr=log, start_new_session=True, preexec_fn=_die_with_parent, **kind)
        process.name = name
        self.started.append(process)
        return process

    def stop(self, *processes):
        """SIGTERM, and after five seconds SIGKILL."""
        for process in processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 5
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.started.remove(process)

    def stop_all(self):
        self.stop(*self.started)

    def tail(self, process):
        lines = (self.folder / f"{process.name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-15:])


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def cpu_seconds(pid):
    """User and system time of all threads, living and dead."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    raise BenchError(f"process {pid} is gone")


def machine_seconds():
    """Processor time of the whole machine: (busy, stolen by the hypervisor)."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


class CpuClock:
    """Reads the processor time that named processes, and all others, use from now on."""

    def __init__(self, pids):
        self.pids = pids
        self.start = time.monotonic()
        self.before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        self.machine = machine_seconds()

    def read(self):
        used = {name: cpu_seconds(pid) - self.before[name] for name, pid in self.pids.items()}
        seconds = time.monotonic() - self.start
        busy, steal = (now - then for now, then in zip(machine_seconds(), self.machine))
        return {
            "cpu": used,
            "others_cores": max(0.0, busy - sum(used.values())) / seconds,
            "stolen_cores": steal / seconds,
        }


def free_ports(count):
    """Ports below the ephemeral range, so that no outgoing connection takes one meanwhile."""
    found = []
    candidate = 21000 + os.getpid() % 5000
    while len(found) < count:
        candidate += 1
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
                found.append(candidate)
            except OSError:
                continue
    return found


def wait_for_port(port, process, stable, seconds=30):
    deadline = time.monotonic() + seconds
    while True:
        if process.poll() is not None:
            raise BenchError(f"{process.name} ended with code {process.returncode}:\n{stable.tail(process)}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise BenchError(f"{process.name} does not listen on port {port}:\n{stable.tail(process)}") from None
            time.sleep(0.05)
