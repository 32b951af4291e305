/**
 * The tunnel port of a node: accept, peek at the ClientHello, TLS, HTTP; a proper upgrade on the path of the tunnel goes
 * to the {@link io.tlstunnel.transport.CarrierAcceptor}, everything else is ordinary HTTP.
 */
@NullMarked
package io.tlstunnel.transport.front;

import org.jspecify.annotations.NullMarked;
