package io.sapflow.alert;

import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The rule source-suspicious on one adapter's steps, without a job around it. */
public final class SourceSuspicion {

  private final int sourcePushes;
  private SignalBook book = SignalBook.newBuilder().build();

  /**
   * Before the first step.
   *
   * @param sourcePushes the fewest examples with a known push that tell of a source
   */
  public SourceSuspicion(int sourcePushes) {
    this.sourcePushes = sourcePushes;
  }

  /** The source that stands out the most after a step that trained; empty if none was read. */
  public Optional<Reading> after(TrainingStep step) {
    SignalBook.Builder next = SignalBook.newBuilder(book);
    SuspiciousSources sources = new SuspiciousSources(next, new SignalReadings(next), sourcePushes);
    Optional<Reading> strongest =
        sources.after(step, Set.of(), 0).stream().max(Comparator.comparing(Reading::value));
    book = next.build();
    return strongest;
  }
}
