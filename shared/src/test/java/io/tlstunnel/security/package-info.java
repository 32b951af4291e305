/** Tests of keys, proofs and certificates. */
@NullMarked
package io.tlstunnel.security;

import org.jspecify.annotations.NullMarked;
