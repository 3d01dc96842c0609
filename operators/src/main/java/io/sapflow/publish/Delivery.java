package io.sapflow.publish;

import io.sapflow.schema.SafetyAlert;

/**
 * Where the telling of an alert stands.
 *
 * @param alert the latest of its fingerprint
 * @param acknowledged whether what was told last was taken
 * @param due when to look again, epoch milliseconds
 */
record Delivery(SafetyAlert alert, boolean acknowledged, long due) {}
