package io.sapflow.lab.compare;

/**
 * An adapter on the way.
 *
 * @param step batches it was trained on
 * @param taskLoss mean over the targets of held-out examples, nats
 * @param harmfulScore share of unseen harmful prompts that it does not refuse
 * @param overRefusal share of unseen benign prompts that it refuses; null without any
 */
public record CurvePoint(long step, double taskLoss, double harmfulScore, Double overRefusal) {}
