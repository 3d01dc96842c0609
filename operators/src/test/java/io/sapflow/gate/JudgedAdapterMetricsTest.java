package io.sapflow.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.RegisteredMetrics;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JudgedAdapterMetricsTest {

  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final RegisteredMetrics registered = new RegisteredMetrics();
  private final JudgedAdapterMetrics metrics =
      new JudgedAdapterMetrics(
          GroupMetrics.of(registered.task()).with(Label.ADAPTER, "helper"), clock::get);

  private double age() {
    return registered.value("sapflow.adapter.helper.promotionAgeSeconds");
  }

  @Test
  void promotionAge_withoutAPromotion_countsFromTheFirstVerdict() {
    clock.addAndGet(2_500);
    metrics.judged(Verdict.REJECT);
    assertThat(age()).isEqualTo(2.5);
  }

  @Test
  void promotionAge_afterAPromotion_beginsAnew() {
    clock.addAndGet(60_000);
    metrics.judged(Verdict.PROMOTE);
    clock.addAndGet(1_000);
    metrics.judged(Verdict.ROLL_BACK);
    assertThat(age()).isEqualTo(1);
    assertThat(registered.value("sapflow.adapter.helper.verdict.promote.verdicts")).isEqualTo(1);
    assertThat(registered.value("sapflow.adapter.helper.verdict.roll_back.verdicts")).isEqualTo(1);
    assertThat(registered.value("sapflow.adapter.helper.verdict.pause.verdicts")).isZero();
  }
}
