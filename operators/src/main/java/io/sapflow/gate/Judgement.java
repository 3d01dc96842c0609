package io.sapflow.gate;

import io.sapflow.schema.ProbeReport;

/**
 * A report with the gate's verdict.
 *
 * @param report what was found
 * @param verdict what is to become of the version
 * @param reason why, in words
 * @param culprit the source that stands out, on a rollback; null where no single one does
 * @param promotedVersion the version that is served after the verdict; null before the first
 */
public record Judgement(
    ProbeReport report, Verdict verdict, String reason, String culprit, String promotedVersion) {}
