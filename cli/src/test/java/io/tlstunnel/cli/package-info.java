@NullMarked
package io.tlstunnel.cli;

import org.jspecify.annotations.NullMarked;
