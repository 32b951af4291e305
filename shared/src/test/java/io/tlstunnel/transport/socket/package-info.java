@NullMarked
package io.tlstunnel.transport.socket;

import org.jspecify.annotations.NullMarked;
