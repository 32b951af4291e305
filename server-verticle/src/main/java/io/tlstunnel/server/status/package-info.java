/** What an operator is told of a node: the answers of the admin port's API, made of what the other packages know. */
@NullMarked
package io.tlstunnel.server.status;

import org.jspecify.annotations.NullMarked;
