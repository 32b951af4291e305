/**
 * Who owns which ingress key (claims), which sessions are where (registrations on the event bus), and the route table
 * that a public connection is looked up in: in memory, without I/O and without a lock.
 */
@NullMarked
package io.tlstunnel.server.routing;

import org.jspecify.annotations.NullMarked;
