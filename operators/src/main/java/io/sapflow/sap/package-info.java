/**
 * One training step: plain fine-tuning or Safety-Aware Probing (arXiv 2505.16737).
 *
 * <p>In: a batch of rows and an adapter's state. Out: a step outcome; the state is updated in
 * place. The tensor work is the kernel's, the order of the step is {@link io.sapflow.sap.SapStep}.
 */
package io.sapflow.sap;
