package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.alert.Watched;
import io.sapflow.gate.Reports;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.OpenWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScheduleFunctionTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration WEEK = Duration.ofDays(7);

  private Duration incidentTimeout = WEEK;

  private KeyedTwoInputStreamOperatorTestHarness<String, Watched, OpenWindow, ControlCommand>
      harness;

  private void open(Duration interval, OperatorSubtaskState state) throws Exception {
    open(interval, null, state);
  }

  private void open(Duration interval, Duration maxWait, OperatorSubtaskState state)
      throws Exception {
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new ScheduleFunction(interval, maxWait, incidentTimeout)),
            Watched::adapterId,
            OpenWindow::adapterId,
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
    harness.processElement1(
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
    harness.processElement1(Watched.of(Reports.candidate("helper", step)), 0);
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

  private void answered(int generation, CommandKind kind, CommandOutcome outcome) throws Exception {
    harness.processElement1(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId("helper")
                .setGeneration(generation)
                .setStep(9)
                .setUpdates(9)
                .setOutcome(StepStatus.COMMAND)
                .setAppliedCommands(
                    List.of(new AppliedCommand("c", kind, outcome, null, "gate", null)))
                .build()),
        0);
  }

  private void reopen(Duration timeout) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    incidentTimeout = timeout;
    open(null, state);
  }

  @Test
  void incident_thatNobodyAcknowledges_isEndedOnce_aWeekAfterItsLastCommand() throws Exception {
    open(null, null);
    answered(1, CommandKind.ROLLBACK, CommandOutcome.APPLIED);
    harness.setProcessingTime(HOUR.toMillis());
    answered(1, CommandKind.QUARANTINE_SOURCE, CommandOutcome.APPLIED);
    reopen(WEEK);
    harness.setProcessingTime(WEEK.plus(HOUR).toMillis() - 1);
    assertThat(harness.extractOutputValues()).isEmpty();
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis());
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.getId()).isEqualTo("schedule/helper/acknowledge/608400000");
              assertThat(command.getKind()).isEqualTo(CommandKind.ACKNOWLEDGE);
              assertThat(command.getArguments()).isEqualTo(Map.of("seen", "2"));
              assertThat(command.getIssuer()).isEqualTo(Issuers.SCHEDULE);
              assertThat(command.getReason()).isEqualTo("nobody has for 604800 s");
            });
  }

  @Test
  void incident_thatSomebodyAcknowledges_orThatIsNone_isNotEnded() throws Exception {
    open(null, null);
    answered(0, CommandKind.ROLLBACK, CommandOutcome.REFUSED);
    answered(0, CommandKind.PAUSE, CommandOutcome.APPLIED);
    assertThat(harness.numProcessingTimeTimers()).isZero();
    answered(1, CommandKind.ROLLBACK, CommandOutcome.APPLIED);
    answered(1, CommandKind.ACKNOWLEDGE, CommandOutcome.REFUSED);
    answered(1, CommandKind.ACKNOWLEDGE, CommandOutcome.APPLIED);
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
  }

  @Test
  void incident_thatGrowsWhileItsEndIsOrdered_isCountedOn_andEndedLater() throws Exception {
    open(null, null);
    answered(1, CommandKind.ROLLBACK, CommandOutcome.APPLIED);
    harness.setProcessingTime(WEEK.toMillis());
    answered(1, CommandKind.QUARANTINE_SOURCE, CommandOutcome.APPLIED);
    answered(1, CommandKind.ACKNOWLEDGE, CommandOutcome.REFUSED);
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getArguments)
        .containsExactly(Map.of("seen", "1"), Map.of("seen", "2"));
  }

  @Test
  void incidentTimeout_lengthened_endsAnIdleAdaptersIncidentToo() throws Exception {
    open(null, null);
    answered(1, CommandKind.ROLLBACK, CommandOutcome.APPLIED);
    reopen(WEEK.multipliedBy(2));
    harness.setProcessingTime(WEEK.toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
    harness.setProcessingTime(WEEK.multipliedBy(2).toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getKind)
        .containsExactly(CommandKind.ACKNOWLEDGE);
  }

  @Test
  void incidentTimeout_setToNone_endsNothing_andSetAgain_countsFromTheIncident() throws Exception {
    open(null, null);
    answered(1, CommandKind.ROLLBACK, CommandOutcome.APPLIED);
    reopen(null);
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
    reopen(WEEK);
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis());
    trained(10);
    harness.setProcessingTime(WEEK.multipliedBy(3).toMillis() + 1);
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getKind)
        .containsExactly(CommandKind.ACKNOWLEDGE);
  }

  private void waits(long window, long examples) throws Exception {
    harness.processElement2(new OpenWindow("helper", window, examples), 0);
  }

  @Test
  void window_openForSoLong_isOrderedOnce_withWhatIsInIt() throws Exception {
    open(null, HOUR, null);
    waits(3, 1);
    harness.setProcessingTime(HOUR.toMillis() - 1);
    waits(3, 5);
    assertThat(harness.extractOutputValues()).isEmpty();
    harness.setProcessingTime(HOUR.toMillis());
    waits(3, 6); // the order is under way
    harness.setProcessingTime(5 * HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.getId()).isEqualTo("schedule/helper/flush/3600000");
              assertThat(command.getKind()).isEqualTo(CommandKind.FLUSH);
              assertThat(command.getIssuer()).isEqualTo(Issuers.SCHEDULE);
              assertThat(command.getArguments()).isEqualTo(Map.of("window", "3", "examples", "5"));
              assertThat(command.getReason()).isEqualTo("its window has been open for 3600 s");
            });
  }

  @Test
  void window_trained_orPaused_endsItsWait() throws Exception {
    open(null, HOUR, null);
    waits(0, 1);
    waits(1, 0);
    assertThat(harness.numProcessingTimeTimers()).isZero();
    harness.setProcessingTime(1000);
    waits(1, 2);
    harness.setProcessingTime(2000);
    waits(2, 1); // window 1 has become full
    harness.setProcessingTime(1000 + HOUR.toMillis());
    assertThat(harness.extractOutputValues()).isEmpty();
    harness.setProcessingTime(2000 + HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getArguments)
        .containsExactly(Map.of("window", "2", "examples", "1"));
  }

  @Test
  void window_thatLosesExamples_waitsAnew() throws Exception {
    open(null, HOUR, null);
    waits(0, 5);
    harness.setProcessingTime(HOUR.toMillis());
    waits(0, 2); // their source was set aside, so that the first order's fifth may never come
    harness.setProcessingTime(2 * HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getArguments)
        .containsExactly(
            Map.of("window", "0", "examples", "5"), Map.of("window", "0", "examples", "2"));
  }

  @Test
  void bothWaits_withOneTimer_areIndependent() throws Exception {
    open(HOUR, HOUR, null);
    trained(1);
    waits(0, 1);
    assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    made(1);
    harness.setProcessingTime(HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getKind)
        .containsExactly(CommandKind.FLUSH);
  }

  @Test
  void wait_goesOnAfterARestart() throws Exception {
    open(null, HOUR, null);
    waits(0, 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    open(null, HOUR, state);
    waits(0, 2);
    harness.setProcessingTime(HOUR.toMillis());
    assertThat(harness.extractOutputValues())
        .extracting(ControlCommand::getArguments)
        .containsExactly(Map.of("window", "0", "examples", "2"));
  }
}
