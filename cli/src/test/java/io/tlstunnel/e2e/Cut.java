package io.tlstunnel.e2e;

import java.util.List;

/** How a tunnel is lost. */
enum Cut {
    /** Its connection passes nothing any more, and nobody is told; the next one is let through. */
    SILENCE {
        @Override
        void make(Network network) {
            network.silence();
        }
    },
    /** For a while nothing passes at all, and nobody is told. */
    OUTAGE {
        @Override
        void make(Network network) {
            network.darken();
        }
    },
    /** The client hears of it, the server does not: it sees another address come. */
    NEW_ADDRESS {
        @Override
        void make(Network network) {
            network.changeAddress();
        }
    },
    /** RST to both ends. */
    RESET {
        @Override
        void make(Network network) {
            network.reset();
        }
    },
    HAPROXY_RELOAD {
        @Override
        void make(Network network) {
            network.haproxy().reload();
        }
    },
    HAPROXY_RESTART {
        @Override
        void make(Network network) {
            network.haproxy().restart();
        }
    },
    NGINX_RELOAD {
        @Override
        void make(Network network) {
            network.nginx().reload();
        }
    },
    NGINX_RESTART {
        @Override
        void make(Network network) {
            network.nginx().restart();
        }
    };

    /** Each kind once on the way where it belongs; a reset leads from one way to the next. */
    static final List<Cut> ROUND = List.of(
            SILENCE,
            OUTAGE,
            NEW_ADDRESS,
            RESET,
            HAPROXY_RELOAD,
            HAPROXY_RESTART,
            RESET,
            NGINX_RELOAD,
            NGINX_RESTART,
            RESET);

    abstract void make(Network network);

    /** Whether the ends find out by themselves only, and after {@code dead_after} at the earliest. */
    boolean isSilent() {
        return this == SILENCE || this == OUTAGE;
    }
}
