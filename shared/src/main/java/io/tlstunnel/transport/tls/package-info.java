/** TLS on both sides: one context per process and side, on BoringSSL where it loads, else on the JDK's engine. */
@NullMarked
package io.tlstunnel.transport.tls;

import org.jspecify.annotations.NullMarked;
