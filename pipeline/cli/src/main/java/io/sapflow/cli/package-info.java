/**
 * The command line: one class per command, registered in {@link io.sapflow.cli.SapflowCommand}.
 * Exit code 0: what was asked held; 1: it did not; 2: the arguments were wrong.
 */
package io.sapflow.cli;
