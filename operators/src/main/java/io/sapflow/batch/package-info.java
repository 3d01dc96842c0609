/**
 * Batches as a function of record order alone.
 *
 * <p>In: a full window of examples. Out: lists of examples, each within the row and token budget,
 * and the rows of safety replay that join each. State: none here; the window and the sampling
 * counter are the adapter's.
 */
package io.sapflow.batch;
