/**
 * The toy world: make-believe language, model shape and data on which the whole loop can be seen on
 * two cores.
 *
 * <p>In: a seed. Out: dialogues, safety pairs and prompts as plain values or as stream records, and
 * a model directory (all but the weights). State and metrics: none. What is learnt from it is in
 * the experiments' reports.
 */
package io.sapflow.toy;
