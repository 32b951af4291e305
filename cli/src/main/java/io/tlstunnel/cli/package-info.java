/**
 * The command line: reads what the user asks for, starts server and client, and turns every outcome into one clear
 * sentence and an exit code. Everything that runs longer is in the verticle modules.
 */
@NullMarked
package io.tlstunnel.cli;

import org.jspecify.annotations.NullMarked;
