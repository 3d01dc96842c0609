/**
 * The job under {@code kill -9}, against the same job left alone.
 *
 * <p>In: a plan. Out: what each kill cost, and whether both runs ended alike and told every reader
 * the same. State kept: the topics and adapter stores of both runs, where asked for.
 */
package io.sapflow.pipeline.chaos;
