package io.sapflow.train;

import java.io.Serializable;
import java.time.Duration;

/**
 * How examples wait for their adapters' turns.
 *
 * @param aheadBytes the most bytes of examples that wait before more is taken in
 * @param hold how long an adapter's training is held for a rollback that does not come; zero to
 *     hold nothing
 */
public record IntakeLimits(long aheadBytes, Duration hold) implements Serializable {}
