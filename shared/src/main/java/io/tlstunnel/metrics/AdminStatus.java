package io.tlstunnel.metrics;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** What an operator may ask a running node about itself and its cluster. Any thread. */
public interface AdminStatus {

    /** The state of one moment. It changes no more, so that another thread than the node's can write it down. */
    @FunctionalInterface
    interface Answer {
        JsonObject toJson();
    }

    /** This node, the other members, and whether all is known of them. */
    Future<Answer> cluster();

    /** What is published, or was asked for and is not. */
    Future<Answer> proxies();

    /** Who is there, and by which tunnels. */
    Future<Answer> clients();

    /**
     * Who would serve a visitor of that port now, and why.
     *
     * @param port 1–65535
     */
    Future<Answer> why(int port);
}
