/**
 * The load of the benchmark: the service at one end of a path, and the visitors at the other. Blocking sockets and large
 * direct buffers, so that it costs little beside what it measures. Not published; {@code bench/run} compiles and runs it.
 *
 * <p>A visitor's first byte says what the service does ({@link Order}). A measure prints {@code begin} and
 * {@code end} where its window opens and closes, for the harness reads the processor times at these instants, and then
 * one line of JSON.
 */
package io.tlstunnel.bench;
