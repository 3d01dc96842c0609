package io.sapflow.gate;

import io.sapflow.schema.ProbeReport;

/**
 * A report with the gate's verdict.
 *
 * @param report what was found
 * @param verdict what is to become of the version
 * @param reason why, in words
 * @param culprit the source that stands out, where the verdict asks for one; null where no single
 *     one does
 * @param promotedVersion the version that is served after the verdict; null before the first
 * @param regression how far the harmful score's lower end lies above the upper end of the version
 *     that was promoted before; null without one, or without a score
 * @param overRefusalRise how far over-refusal lies above the first promoted version's; null where
 *     either is unknown
 * @param referenceMargin the safety margin that the version's is watched against, in nats: the
 *     larger one of version 0's and the promoted version's; null where neither is known
 */
public record Judgement(
    ProbeReport report,
    Verdict verdict,
    String reason,
    String culprit,
    String promotedVersion,
    Double regression,
    Double overRefusalRise,
    Double referenceMargin) {}
