"""What is measured: each is a path from a visitor's port to the service's, through two processes of its own."""

import os

from .processes import free_ports, wait_for_port

KEY = "bench-only-key-0123456789abcdef"
# BoringSSL's choice where there are AES instructions; told to HAProxy, so that both encrypt alike.
CIPHER = "TLS_AES_128_GCM_SHA256"


class Setting:
    """What the systems share: the services they lead to, and a certificate (EC P-256) for 127.0.0.1."""

    def __init__(self, stable, root, service_port, web_port):
        self.stable = stable
        self.folder = stable.folder
        self.launcher = str(root / "tls-tunnel")
        self.service_port = service_port
        self.web_port = web_port
        self.certificate = self.folder / "server-cert.pem"
        self.key = self.folder / "server-key.pem"


class Direct:
    """No system between: what the load and the machine can do."""

    name = "direct"

    def __init__(self, setting):
        self.port, self.web_port, self.pids = setting.service_port, setting.web_port, {}

    def start(self):
        return self

    def stop(self):
        pass


class Tunnel:
    """visitor -> server = WebSocket over TLS = client -> service; started as users start them."""

    name = "tls-tunnel"
    java_options = ""

    def __init__(self, setting):
        self.setting = setting
        self.folder = setting.folder
        self.processes = []

    def start(self):
        tunnel, admin, client_admin, self.port, self.web_port = free_ports(5)
        self._write_server("server", tunnel, admin)
        self._write_client(tunnel, client_admin)
        server = self._launch("server")
        wait_for_port(tunnel, server, self.setting.stable)
        client = self._launch("client")
        wait_for_port(self.port, client, self.setting.stable)
        wait_for_port(self.web_port, client, self.setting.stable)
        self.pids = {"server": server.pid, "client": client.pid}
        return self

    def _write_server(self, name, tunnel, admin, more=""):
        self._write(f"{self.name}-{name}.toml", f"""
[server]
bind_addr = "127.0.0.1"
bind_port = {tunnel}
auth_key = "{KEY}"
cert_path = "{self.setting.certificate}"
key_path = "{self.setting.key}"
{more}
[admin]
bind_port = {admin}
""")

    def _write_client(self, tunnel, admin):
        self._write(f"{self.name}-client.toml", f"""
[client]
name = "bench"
server_addr = "127.0.0.1"
server_port = {tunnel}
connections = 1
auth_key = "{KEY}"
ca_cert_path = "{self.setting.certificate}"
[admin]
bind_port = {admin}
[[proxies]]
name = "service"
proxy_type = "tcp"
publish_addr = "127.0.0.1"
publish_port = {self.port}
local_port = {self.setting.service_port}
[[proxies]]
name = "web"
proxy_type = "http/1.1"
publish_addr = "127.0.0.1"
publish_port = {self.web_port}
local_port = {self.setting.web_port}
""")

    def stop(self):
        # The client first: it says goodbye, and the server has nothing to drain.
        for process in reversed(self.processes):
            self.setting.stable.stop(process)
        self.processes = []

    def _launch(self, side, name=None):
        name = name or side
        file = self.folder / f"{self.name}-{name}.toml"
        options = f"{os.environ.get('JAVA_OPTS', '')} {self.java_options}"
        process = self.setting.stable.start(
            f"{self.name}-{name}", [self.setting.launcher, side, str(file)], env={**os.environ, "JAVA_OPTS": options})
        self.processes.append(process)
        return process

    def _write(self, name, text):
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text)


class Hops(Tunnel):
    """The same over two nodes of a cluster: visitor -> ingress = link over TLS = node = WebSocket over TLS = client."""

    name = "two-hops"

    def start(self):
        tunnel, ingress_tunnel, cluster, link, admin, ingress_admin, client_admin, self.port, self.web_port = (
            _cluster_ports())
        server = self._node("server", "127.0.0.1", tunnel, cluster, link, admin, publish="127.0.0.2")
        ingress = self._node("ingress", "127.0.0.2", ingress_tunnel, cluster, link, ingress_admin, publish="127.0.0.1")
        self._write_client(tunnel, client_admin)
        client = self._launch("client")
        wait_for_port(self.port, client, self.setting.stable)
        wait_for_port(self.web_port, client, self.setting.stable)
        self.pids = {"ingress": ingress.pid, "server": server.pid, "client": client.pid}
        return self

    def _node(self, name, address, tunnel, cluster, link, admin, publish):
        self._write_server(name, tunnel, admin, f"""
name = "{name}"
publish_bind = "{publish}"
[cluster]
secret = "{KEY}-of-the-cluster"
node_addr = "{address}"
cluster_port = {cluster}
link_port = {link}
members = ["127.0.0.1", "127.0.0.2"]
""")
        node = self._launch("server", name)
        wait_for_port(tunnel, node, self.setting.stable, seconds=60)
        return node


def _cluster_ports():
    """As many as a cluster of two needs; the event bus has the one above the cluster's."""
    ports = free_ports(10)
    at = next(i for i in range(len(ports) - 1) if ports[i] + 1 == ports[i + 1])
    others = ports[:at] + ports[at + 2:]
    return others[:2] + [ports[at]] + others[2:]


class Haproxy:
    """visitor -> A = TLS 1.3 = B -> service: two HAProxy processes in TCP mode with the same number of encryptions."""

    name = "haproxy"
    LIMITS = """
global
    maxconn 4000
    nbthread {threads}
    ssl-default-bind-options ssl-min-ver TLSv1.3
    ssl-default-bind-ciphersuites {cipher}
    ssl-default-server-ciphersuites {cipher}
defaults
    mode tcp
    timeout connect 10s
    timeout client 10m
    timeout server 10m
"""

    def __init__(self, setting):
        self.setting = setting
        self.processes = []

    def start(self):
        stable, folder = self.setting.stable, self.setting.folder
        pem = folder / "haproxy.pem"
        pem.touch(mode=0o600)
        pem.write_text(self.setting.certificate.read_text() + self.setting.key.read_text())
        self.port, self.web_port, tls, web_tls = free_ports(4)
        for side, proxies in (
            ("b", [self._tls_in(tls, pem, self.setting.service_port), self._tls_in(web_tls, pem, self.setting.web_port)]),
            ("a", [self._tls_out(self.port, tls), self._tls_out(self.web_port, web_tls)]),
        ):
            file = folder / f"haproxy-{side}.cfg"
            file.write_text(self.LIMITS.format(threads=os.cpu_count(), cipher=CIPHER) + "".join(proxies))
            self.processes.append(stable.start(f"haproxy-{side}", ["haproxy", "-db", "-f", str(file)]))
        b, a = self.processes
        wait_for_port(tls, b, stable)
        wait_for_port(self.port, a, stable)
        self.pids = {"a": a.pid, "b": b.pid}
        return self

    def stop(self):
        self.setting.stable.stop(*self.processes)
        self.processes = []

    def _tls_out(self, port, to):
        return (f"listen out{port}\n    bind 127.0.0.1:{port}\n"
                f"    server b 127.0.0.1:{to} ssl verify required ca-file {self.setting.certificate}\n")

    @staticmethod
    def _tls_in(port, pem, to):
        return f"listen in{port}\n    bind 127.0.0.1:{port} ssl crt {pem}\n    server service 127.0.0.1:{to}\n"


SYSTEMS = {system.name: system for system in (Tunnel, Hops, Haproxy, Direct)}


def start_nginx(stable, port):
    """A web server with one small page."""
    folder = stable.folder / "nginx"
    (folder / "www").mkdir(parents=True)
    (folder / "www" / "index.html").write_text("a small page\n" * 10)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid {folder}/pid; error_log stderr; {user}
events {{ worker_connections 4096; }}
http {{
    access_log off; keepalive_requests 1000000000; {paths}
    server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
""")
    process = stable.start("nginx", ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    wait_for_port(port, process, stable)
    return process
