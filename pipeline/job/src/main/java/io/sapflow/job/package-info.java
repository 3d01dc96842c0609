/**
 * The job: its options, its topology, its main class, what is checked before it is submitted, and
 * what its operators open on a TaskManager.
 *
 * <p>In: the examples, safety-pairs, probe-prompts and control topics. Out: all others.
 */
package io.sapflow.job;
