/**
 * Reads a configuration again while the program runs: when it is asked to, and when the file has changed. What is wrong
 * changes nothing.
 */
@NullMarked
package io.tlstunnel.reload;

import org.jspecify.annotations.NullMarked;
