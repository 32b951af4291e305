/** What a balancer in front tells of those who come through it: the PROXY protocol, and X-Forwarded-For. No I/O. */
@NullMarked
package io.tlstunnel.transport.balancer;

import org.jspecify.annotations.NullMarked;
