package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.alert.Watched;
import io.sapflow.gate.Reports;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScheduleFunctionTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private KeyedOneInputStreamOperatorTestHarness<String, Watched, ControlCommand> harness;

  private void open(Duration interval, OperatorSubtaskState state) throws Exception {
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new ScheduleFunction(interval)),
            Watched::adapterId,
            Types.STRING);
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void trained(long step) throws Exception {
    harness.processElement(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId("helper")
                .setGeneration(0)
                .setStep(step)
                .setUpdates(step)
                .setOutcome(StepStatus.TRAINED)
                .build()),
        0);
  }

  private void made(long step) throws Exception {
    harness.processElement(Watched.of(Reports.candidate("helper", step)), 0);
  }

  @Test
  void adapter_thatTrainsWithoutAVersion_isProbedOnce() throws Exception {
    open(HOUR, null);
    trained(1);
    harness.setProcessingTime(HOUR.toMillis());
    harness.setProcessingTime(5 * HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.getId()).isEqualTo("schedule/helper/3600000");
              assertThat(command.getKind()).isEqualTo(CommandKind.PROBE_NOW);
              assertThat(command.getIssuer()).isEqualTo(Issuers.SCHEDULE);
              assertThat(command.getReason())
                  .isEqualTo("it has trained for 3600 s without a version");
            });
  }

  @Test
  void version_endsTheWait_andItsTimer() throws Exception {
    open(HOUR, null);
    trained(1);
    made(1);
    assertThat(harness.numProcessingTimeTimers()).isZero();
    harness.setProcessingTime(5 * HOUR.toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
  }

  @Test
  void step_thatComesAfterItsVersion_beginsNoWait() throws Exception {
    open(HOUR, null);
    made(5);
    trained(5);
    assertThat(harness.numProcessingTimeTimers()).isZero();
    trained(6);
    assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
  }

  @Test
  void interval_takenAwayAtARestart_ordersNothing() throws Exception {
    open(HOUR, null);
    trained(1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    open(null, state);
    harness.setProcessingTime(5 * HOUR.toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
  }
}
