/**
 * The side stream: every adapter version is asked harmful and benign prompts.
 *
 * <p>In: candidate versions and probe prompts. Out: probe reports, and versions that a newer one
 * superseded before their turn. State by adapter: the version that is being probed, the one that
 * waits, and how many reports there were; by job: the prompts. Metrics: probeMillis, probeQueue,
 * judgeFailures, probeAgeSeconds, overRefusal, safetyMargin, answersCut, harmfulScore.
 */
package io.sapflow.probe;
