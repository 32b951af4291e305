package io.tlstunnel.transport.front;

/** What answers ordinary HTTP requests on the tunnel port. */
@FunctionalInterface
interface WebSite {

    /** Answers; may take its time. On the exchange's context. */
    void serve(WebExchange exchange);
}
