/**
 * The job under strain: under {@code kill -9}, against the same job left alone; and with more
 * adapters than memory may hold.
 *
 * <p>In: a plan. Out: what each kill cost, whether both runs ended alike, whether every reader was
 * told everything once, and how memory went. State kept: topics and adapter stores of the runs,
 * where asked for.
 */
package io.sapflow.lab.chaos;
