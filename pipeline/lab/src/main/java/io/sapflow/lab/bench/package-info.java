/**
 * What things cost: a training step in each arrangement, the job around it, its checkpoints, and
 * its loop.
 *
 * <p>In: a model directory, a job's settings, counts of lengths. Out: useful tokens per second,
 * counted work, peaks of memory, milliseconds. State: none.
 */
package io.sapflow.lab.bench;
