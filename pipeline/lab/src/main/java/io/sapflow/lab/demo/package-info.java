/**
 * The demo: a benign stream, then a poisoned source, and what the loop makes of it.
 *
 * <p>In: a seed. Out: a view while it runs, and a summary.
 */
package io.sapflow.lab.demo;
