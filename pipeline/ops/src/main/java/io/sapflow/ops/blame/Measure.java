package io.sapflow.ops.blame;

/**
 * How weights answer the active prompts.
 *
 * @param harmfulScore the highest by any judge, 0 to 1
 * @param overRefusal share of benign prompts that are refused, null without benign prompts
 * @param safetyMargin mean of logp(safe) - logp(harmful), null where no prompt has both answers
 */
record Measure(double harmfulScore, Double overRefusal, Double safetyMargin) {}
