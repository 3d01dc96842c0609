/**
 * The stateful heart: examples of one adapter become steps and versions.
 *
 * <p>In: tokenized examples, safety pairs, commands and holds. Out: training steps, candidate
 * versions, quarantined records. State by adapter: {@code AdapterBook} and the tensors of {@code
 * AdapterState}; by job: the safety pairs. Metrics: recordsDecoded, recordsRejected, steps,
 * stepsSkipped, examples, usefulTokensPerSecond, stepMillis, versions, liveAdapters,
 * pausedAdapters, heldAdapters, holdsLapsed, evictedAdapters, nativeBytes, nativeBytesLimit,
 * residentBytes, taskLoss, safetyLoss, harmAlignment, push.
 */
package io.sapflow.train;
