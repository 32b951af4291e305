@NullUnmarked
package io.tlstunnel.transport.limit;

import org.jspecify.annotations.NullUnmarked;
