/**
 * The experiment that SAP is judged by: methods of fine-tuning against each other on the same data,
 * harmful score against held-out task loss along the whole run.
 *
 * <p>In: methods by name, seeds, and examples, safety pairs and prompts of the toy world or of
 * one's own. Out: a curve for each method and seed, figures at equal task loss, a page.
 */
package io.sapflow.lab.compare;
