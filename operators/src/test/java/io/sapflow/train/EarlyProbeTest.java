package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.SourceEvidence;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyProbeTest {

  private static final EarlyProbe LIMITS = new EarlyProbe(0.2, 0.5, 1.0, 5);

  private static SourceEvidence source(int pushes, double mean) {
    return SourceEvidence.newBuilder()
        .setSource("a")
        .setExamples(pushes)
        .setShare(1)
        .setPushes(pushes)
        .setMeanPush(mean)
        .build();
  }

  @Test
  void alignment_aboveItsLimitOnAverage_crosses() {
    EarlySignals signals = EarlySignals.NONE.after(0.1, null);
    assertThat(LIMITS.crossed(signals.after(0.9, null), List.of())).isFalse();
    assertThat(LIMITS.crossed(signals.after(0.9, null).after(0.9, null), List.of())).isTrue();
  }

  @Test
  void push_ofEnoughExamples_crosses_ofFewDoesNot() {
    assertThat(LIMITS.crossed(EarlySignals.NONE, List.of(source(3, 0.6)))).isTrue();
    assertThat(LIMITS.crossed(EarlySignals.NONE, List.of(source(2, 0.6)))).isFalse();
  }

  @Test
  void safetyLoss_aboveItsLimit_crosses() {
    assertThat(LIMITS.crossed(EarlySignals.NONE.after(null, 1.1), List.of())).isTrue();
  }

  @Test
  void signals_withoutAValue_stay() {
    EarlySignals signals = EarlySignals.NONE.after(0.3, 0.4);
    assertThat(signals.after(null, null)).isEqualTo(signals);
    assertThat(signals.after(Double.NaN, Double.POSITIVE_INFINITY)).isEqualTo(signals);
  }

  @Test
  void never_isNeverCrossed() {
    EarlySignals worst = new EarlySignals(1.0, 1e9);
    assertThat(EarlyProbe.NEVER.crossed(worst, List.of(source(9, 1e9)))).isFalse();
  }

  @Test
  void leastUpdates_belowOne_areRefused() {
    assertThatThrownBy(() -> new EarlyProbe(1, 1, 1, 0))
        .hasMessage("sapflow.probe.early-least-updates: found 0, expected 1 or more");
  }
}
