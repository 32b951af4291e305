/** What the tests of the transport share: certificates, servers and clients of both data paths, raw sockets. */
@NullMarked
package io.tlstunnel.transport.testing;

import org.jspecify.annotations.NullMarked;
