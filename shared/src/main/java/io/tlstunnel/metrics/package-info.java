/**
 * What an operator sees of a process, server or client: meters that any event loop may touch cheaply, and the small HTTP
 * server that shows them beside the health checks. The only package that knows Micrometer. Knows neither end: each end
 * names its own meters on top of this.
 */
@NullMarked
package io.tlstunnel.metrics;

import org.jspecify.annotations.NullMarked;
