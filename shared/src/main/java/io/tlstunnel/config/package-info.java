/**
 * TOML files to records: reading by Vert.x Config with a TOML processor, validation with file:line:column, defaults in
 * one place. Knows nothing of what the values are used for.
 */
@NullMarked
package io.tlstunnel.config;

import org.jspecify.annotations.NullMarked;
