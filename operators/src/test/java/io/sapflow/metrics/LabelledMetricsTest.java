package io.sapflow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.metrics.Counter;
import org.junit.jupiter.api.Test;

class LabelledMetricsTest {

  private final RegisteredMetrics registered = new RegisteredMetrics();
  private long now;

  private LabelledMetrics<Counter> adapters(int most) {
    return new LabelledMetrics<>(
        GroupMetrics.of(registered.task()),
        Label.ADAPTER,
        most,
        adapter -> {
          adapter.gauge(SapflowMetric.TASK_LOSS, () -> 0.5);
          return adapter.counter(SapflowMetric.ADAPTER_STEPS);
        },
        () -> now);
  }

  @Test
  void valuesBeyondTheBound_areSummed_withoutGauges() {
    LabelledMetrics<Counter> adapters = adapters(2);
    for (String id : new String[] {"a", "b", "c", "d", "a"}) {
      adapters.of(id).inc();
    }
    assertThat(registered.ids())
        .containsExactly(
            "sapflow.adapter._others.steps",
            "sapflow.adapter.a.steps",
            "sapflow.adapter.a.taskLoss",
            "sapflow.adapter.b.steps",
            "sapflow.adapter.b.taskLoss");
    assertThat(registered.value("sapflow.adapter.a.steps")).isEqualTo(2);
    assertThat(registered.value("sapflow.adapter._others.steps")).isEqualTo(2);
  }

  @Test
  void valueThatIsNotUsedForLong_givesItsPlaceUp_andMayComeBack() {
    LabelledMetrics<Counter> adapters = adapters(1);
    adapters.of("a").inc();
    now = LabelledMetrics.IDLE_MILLIS - 1;
    adapters.of("b").inc();
    assertThat(registered.ids()).doesNotContain("sapflow.adapter.b.steps");
    now = LabelledMetrics.IDLE_MILLIS;
    adapters.of("b").inc();
    assertThat(registered.ids())
        .contains("sapflow.adapter.b.steps")
        .doesNotContain("sapflow.adapter.a.steps", "sapflow.adapter.a.taskLoss");
    now = 2 * LabelledMetrics.IDLE_MILLIS;
    adapters.of("a").inc();
    assertThat(registered.value("sapflow.adapter.a.steps")).isEqualTo(1);
  }

  @Test
  void place_thatHasChangedHandsOften_isKept() {
    LabelledMetrics<Counter> adapters = adapters(1);
    for (int i = 0; i < 10 * LabelledMetrics.HANDS; i++) {
      now += LabelledMetrics.IDLE_MILLIS;
      adapters.of("made-up-" + i).inc();
    }
    assertThat(registered.value("sapflow.adapter._others.steps"))
        .isEqualTo(9 * LabelledMetrics.HANDS);
  }

  @Test
  void noPlaces_sumAll() {
    adapters(0).of("a").inc();
    assertThat(registered.ids()).containsExactly("sapflow.adapter._others.steps");
  }

  @Test
  void metric_inAPlaceThatIsNotItsOwn_isRefused() {
    GroupMetrics root = GroupMetrics.of(registered.task());
    assertThatThrownBy(() -> root.counter(SapflowMetric.ADAPTER_STEPS))
        .hasMessage(
            "ADAPTER_STEPS: found a COUNTER with labels [], expected a COUNTER with [ADAPTER]");
  }

  @Test
  void limits_areSharedAmongSubtasks_andNotNegative() {
    assertThat(new MetricLimits(100).adaptersOf(3)).isEqualTo(34);
    assertThatThrownBy(() -> new MetricLimits(-1))
        .hasMessage("sapflow.metrics.adapters: found -1, expected 0 or more");
  }
}
