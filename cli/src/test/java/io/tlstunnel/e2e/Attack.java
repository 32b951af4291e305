package io.tlstunnel.e2e;

import io.tlstunnel.mux.handshake.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** What strangers do to a tunnel port. Each leaves a connection that the server has to end. */
enum Attack {
    SILENT_AFTER_TCP("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            return WirePeer.tcp(port);
        }
    },
    SILENT_IN_CLIENT_HELLO("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tcp(port), new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3, 42, 42});
        }
    },
    SILENT_AFTER_TLS("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            return WirePeer.tls(port);
        }
    },
    SLOWLORIS("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            Socket socket = WirePeer.tls(port);
            Drip.into(socket, "GET /tunnel HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(4000));
            return socket;
        }
    },
    SILENT_IN_UPGRADE("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            String head = WirePeer.upgradeHead("/tunnel", "13");
            return sent(WirePeer.tls(port), ascii(head.substring(0, head.length() - 2)));
        }
    },
    SILENT_IN_UPGRADES_BODY("no request within") {
        @Override
        Socket launch(int port) throws IOException {
            String head = WirePeer.upgradeHead("/tunnel", "13").replace("Host:", "Content-Length: 7\r\nHost:");
            return sent(WirePeer.tls(port), ascii(head));
        }
    },
    SILENT_AFTER_UPGRADE("no proof within") {
        @Override
        Socket launch(int port) throws IOException {
            return WirePeer.open(port).socket();
        }
    },
    SILENT_IN_HELLO("no proof within") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            byte[] hello = HandDialler.on(peer, HandDialler.RIGHT_KEY, "client").hello();
            peer.send(java.util.Arrays.copyOf(hello, hello.length - 1));
            return peer.socket();
        }
    },
    SILENT_AFTER_HELLO("no proof within") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.send(HandDialler.on(peer, HandDialler.RIGHT_KEY, "client").hello());
            return peer.socket();
        }
    },
    SILENT_IN_PROOF("no proof within") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            HandDialler dialler = HandDialler.on(peer, HandDialler.RIGHT_KEY, "client");
            peer.send(dialler.hello());
            byte[] proof = dialler.proof(peer.next());
            peer.send(java.util.Arrays.copyOf(proof, proof.length - 1));
            return peer.socket();
        }
    },
    PINGS_ONLY("no proof within") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.rawBytes(new byte[] {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4});
            return peer.socket();
        }
    },
    WRONG_KEY("did not prove a key") {
        @Override
        Socket launch(int port) throws IOException {
            return proved(WirePeer.open(port), HandDialler.WRONG_KEY, "client");
        }
    },
    UNKNOWN_NAME("there is no client") {
        @Override
        Socket launch(int port) throws IOException {
            return proved(WirePeer.open(port), HandDialler.RIGHT_KEY, "nobody");
        }
    },
    WRONG_PROTOCOL_VERSION("speaks protocol version") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            Protocol other = new Protocol(List.of(9), 0);
            peer.send(
                    HandDialler.on(peer, HandDialler.RIGHT_KEY, "client", other).hello());
            return peer.socket();
        }
    },
    WRONG_WEBSOCKET_VERSION("only WebSocket version 13") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tls(port), ascii(WirePeer.upgradeHead("/tunnel", "12")));
        }
    },
    WRONG_PATH("is not wss_path") {
        @Override
        Socket launch(int port) throws IOException {
            String head = WirePeer.upgradeHead("/other", "13");
            return sent(WirePeer.tls(port), ascii(head.replace("Connection: Upgrade", "Connection: Upgrade, close")));
        }
    },
    TEXT_MESSAGE("text message") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.text("hello?");
            return peer.socket();
        }
    },
    UNMASKED_FRAME("unmasked frame") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.wronglyMasked(
                    HandDialler.on(peer, HandDialler.RIGHT_KEY, "client").hello());
            return peer.socket();
        }
    },
    OVERSIZED_MESSAGE("at most 16777216 are allowed") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.announce(1L << 40);
            return peer.socket();
        }
    },
    OVERSIZED_FRAME("malformed") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.send(new byte[] {1, 0x7f, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0});
            return peer.socket();
        }
    },
    GARBAGE_AFTER_UPGRADE("broke the WebSocket protocol") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            byte[] garbage = garbage();
            garbage[0] = (byte) 0xf3;
            peer.rawBytes(garbage);
            return peer.socket();
        }
    },
    GARBAGE_IN_MESSAGES("malformed") {
        @Override
        Socket launch(int port) throws IOException {
            WirePeer peer = WirePeer.open(port);
            peer.send(garbage());
            return peer.socket();
        }
    },
    GARBAGE_INSTEAD_OF_TLS("does not speak TLS") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tcp(port), garbage());
        }
    },
    PLAIN_HTTP("it does not speak TLS") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tcp(port), ascii("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
    },
    TLS_GARBAGE("TLS handshake with") {
        @Override
        Socket launch(int port) throws IOException {
            byte[] record = garbage();
            System.arraycopy(new byte[] {0x16, 3, 1, 0, 100, 1, 0, 0, 96}, 0, record, 0, 9);
            return sent(WirePeer.tcp(port), record);
        }
    },
    GARBAGE_INSTEAD_OF_HTTP("malformed HTTP request") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tls(port), ascii("\u0001\u0002 nonsense\r\n\r\n"));
        }
    },
    ENDLESS_HEAD("malformed HTTP request") {
        @Override
        Socket launch(int port) throws IOException {
            return sent(WirePeer.tls(port), ascii("GET / HTTP/1.1\r\nX: " + "a".repeat(20_000)));
        }
    };

    private final String line;

    Attack(String line) {
        this.line = line;
    }

    /** What the server's log says about it. */
    String line() {
        return line;
    }

    abstract Socket launch(int port) throws IOException;

    private static Socket proved(WirePeer peer, io.tlstunnel.security.TunnelKey key, String name) throws IOException {
        HandDialler dialler = HandDialler.on(peer, key, name);
        peer.send(dialler.hello());
        peer.send(dialler.proof(peer.next()));
        return peer.socket();
    }

    private static Socket sent(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] garbage() {
        byte[] garbage = new byte[512];
        new SplittableRandom(512).nextBytes(garbage);
        garbage[0] = (byte) 0xff;
        return garbage;
    }
}
