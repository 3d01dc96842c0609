/**
 * What a training step costs: plain fine-tuning, SAP as jobs run it, and SAP as the published code
 * arranges it, on one model and one distribution of lengths.
 *
 * <p>In: a model directory, a job's settings, counts of lengths. Out: useful tokens per second,
 * counted work and peaks of memory. State: none.
 */
package io.sapflow.pipeline.bench;
