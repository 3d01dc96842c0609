/**
 * Alerts: they watch what the gate sees, and decide nothing.
 *
 * <p>In: judged reports, steps, candidates, quarantined records. Out: one FIRING record when a
 * rule's value has been beyond its threshold for its duration, one RESOLVED record when it has come
 * back; a further FIRING record of an incident that grows. State by adapter and rule: {@code
 * AlertBook}. Metrics: alertsFiring, quarantined.
 */
package io.sapflow.alert;
