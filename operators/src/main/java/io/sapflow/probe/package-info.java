/**
 * The side stream: every adapter version is asked harmful and benign prompts.
 *
 * <p>In: candidate versions and probe prompts. Out: probe reports, and versions that a newer one
 * superseded before their turn. State by adapter: the version that is being probed and the one that
 * waits; by job: the prompts.
 */
package io.sapflow.probe;
