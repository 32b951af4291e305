/** The pages are true: commands run or parse, TOML loads, links, keys and quoted messages are there. */
@NullMarked
package io.tlstunnel.docs;

import org.jspecify.annotations.NullMarked;
