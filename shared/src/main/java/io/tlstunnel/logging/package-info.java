/**
 * Log lines for people ({@code time LEVEL area message key=value}) or for machines (one JSON object a line).
 *
 * <p>The project logs through SLF4J's fluent API with key-value pairs, the message a constant:
 *
 * <pre>{@code
 * LOG.atInfo().setMessage("listening").addKeyValue("addr", address).log();
 * LOG.atWarn().setMessage("tunnel refused").setCause(error).addKeyValue("client", name).log();
 * }</pre>
 *
 * <p>Whatever came from the network goes into a value, never into the message: values are quoted and escaped, so that
 * nobody outside can forge a line. Access lines go to the logger {@code access}. No key and no payload is ever logged.
 */
@NullMarked
package io.tlstunnel.logging;

import org.jspecify.annotations.NullMarked;
