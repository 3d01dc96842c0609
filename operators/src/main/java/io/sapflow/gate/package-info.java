/**
 * The verdict: whether a probed version may be served.
 *
 * <p>In: probe reports. Out: judgements, and the versions' new status. State by adapter: {@code
 * GateBook}. A verdict is a function of the report, the limits and what the gate knows of the
 * adapter; no clock has a part in it. Metrics: verdicts, promotionAgeSeconds.
 */
package io.sapflow.gate;
