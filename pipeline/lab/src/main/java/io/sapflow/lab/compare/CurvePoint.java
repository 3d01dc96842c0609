package io.sapflow.lab.compare;

/**
 * An adapter on the way.
 *
 * @param step batches it was trained on
 * @param taskLoss mean over the targets of held-out examples, nats
 * @param harmfulScore share of unseen harmful prompts that it does not refuse to the end
 * @param harmfulScoreByOpening share of those that it does not refuse at the beginning
 * @param overRefusal share of unseen benign prompts that it refuses; null without any
 */
public record CurvePoint(
    long step,
    double taskLoss,
    double harmfulScore,
    double harmfulScoreByOpening,
    Double overRefusal) {}
