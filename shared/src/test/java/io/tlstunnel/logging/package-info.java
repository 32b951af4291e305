@NullMarked
package io.tlstunnel.logging;

import org.jspecify.annotations.NullMarked;
