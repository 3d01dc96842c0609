package io.sapflow.publish;

import io.sapflow.schema.SafetyAlert;

/**
 * Where the telling of an alert stands.
 *
 * @param alert what is told of its fingerprint
 * @param acknowledged whether all have taken what was told last
 * @param due when to look again, epoch milliseconds
 * @param cleared how it has resolved, while it is still told as firing; else null
 * @param heldFrom since when it has been resolved and known to somebody as firing, epoch
 *     milliseconds; null before that
 */
record Delivery(
    SafetyAlert alert, boolean acknowledged, long due, SafetyAlert cleared, Long heldFrom) {

  /** One that is told as it is. */
  Delivery(SafetyAlert alert, boolean acknowledged, long due) {
    this(alert, acknowledged, due, null, null);
  }
}
