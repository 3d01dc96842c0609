/**
 * The stateful heart: examples of one adapter become steps and versions.
 *
 * <p>In: tokenized examples, safety pairs and commands. Out: training steps, candidate versions,
 * quarantined records. State by adapter: {@code AdapterBook} and the tensors of {@code
 * AdapterState}; by job: the safety pairs. Metrics: steps, examples, taskLoss, stepMillis,
 * liveAdapters.
 */
package io.sapflow.train;
