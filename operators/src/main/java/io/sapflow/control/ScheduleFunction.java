package io.sapflow.control;

import io.sapflow.alert.Watched;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.OpenWindow;
import io.sapflow.train.WindowCut;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Gives the commands whose time has come: a probe of an adapter that has trained for so long
 * without a version, the training of a window that has been open for so long, and the end of an
 * incident that nobody has acknowledged for so long. The clock has a part in training and in
 * incidents only through these commands, which stand on the control topic as everybody's do.
 */
public final class ScheduleFunction
    extends KeyedCoProcessFunction<String, Watched, OpenWindow, ControlCommand> {

  private static final long serialVersionUID = 1;

  private final Duration probeInterval;
  private final Duration maxWait;
  private final Duration incidentTimeout;

  private transient ValueState<Long> probeDue;

  /** Step of the newest version: its own step may come after it. */
  private transient ValueState<Long> versionStep;

  private transient ValueState<Long> flushDue;

  /** The window that waits, or of which the training has been ordered. */
  private transient ValueState<Long> window;

  private transient ValueState<Long> windowExamples;

  /**
   * When the last rollback or quarantine of a source was heard of that nobody has acknowledged;
   * null also where their end has been ordered.
   */
  private transient ValueState<Long> incidentTime;

  /** How many there are. */
  private transient ValueState<Integer> incidentCount;

  /**
   * A function.
   *
   * @param probeInterval from the first step after a version to the next; null for none
   * @param maxWait from a window's first example to the order that trains it; null for none
   * @param incidentTimeout from the last rollback or quarantine of a source to the order that
   *     acknowledges it; null for none
   */
  public ScheduleFunction(Duration probeInterval, Duration maxWait, Duration incidentTimeout) {
    this.probeInterval = probeInterval;
    this.maxWait = maxWait;
    this.incidentTimeout = incidentTimeout;
  }

  @Override
  public void open(OpenContext context) {
    probeDue = number("probe-due");
    versionStep = number("version-step");
    flushDue = number("flush-due");
    window = number("open-window");
    windowExamples = number("open-window-examples");
    incidentTime = number("incident-time");
    incidentCount =
        getRuntimeContext().getState(new ValueStateDescriptor<>("incident-count", Types.INT));
  }

  private ValueState<Long> number(String name) {
    return getRuntimeContext().getState(new ValueStateDescriptor<>(name, Types.LONG));
  }

  @Override
  public void processElement1(Watched watched, Context context, Collector<ControlCommand> out)
      throws Exception {
    if (watched.candidate() != null) {
      versionStep.update(watched.candidate().getStep());
      endWait(probeDue, flushDue, context.timerService());
    } else if (probeInterval != null
        && probeDue.value() == null
        && isBeyondVersion(watched.step())) {
      beginWait(probeDue, probeInterval, context.timerService());
    }
    if (watched.step() != null) {
      noteIncident(watched.step(), context.timerService());
    }
    waitForIncident(context.timerService());
  }

  /** Also where the option is another one since a restart. */
  private void waitForIncident(TimerService timers) throws IOException {
    if (incidentTimeout != null && incidentTime.value() != null) {
      timers.registerProcessingTimeTimer(incidentDue());
    }
  }

  private void noteIncident(TrainingStep step, TimerService timers) throws IOException {
    for (AppliedCommand answer : step.getAppliedCommands()) {
      CommandKind kind = answer.getKind();
      if (answer.getOutcome() != CommandOutcome.APPLIED) {
        continue;
      }
      if (kind == CommandKind.ROLLBACK || kind == CommandKind.QUARANTINE_SOURCE) {
        incidentTime.update(timers.currentProcessingTime());
        Integer before = incidentCount.value();
        incidentCount.update(before == null ? 1 : before + 1);
      } else if (kind == CommandKind.ACKNOWLEDGE) {
        incidentTime.clear();
        incidentCount.clear();
      }
    }
  }

  private long incidentDue() throws IOException {
    return incidentTime.value() + incidentTimeout.toMillis();
  }

  private boolean isBeyondVersion(TrainingStep step) throws IOException {
    return step != null
        && step.getOutcome() == StepStatus.TRAINED
        && (versionStep.value() == null || step.getStep() > versionStep.value());
  }

  /** A wait begins with a window, and anew where examples of it were set aside. */
  @Override
  public void processElement2(OpenWindow told, Context context, Collector<ControlCommand> out)
      throws Exception {
    // Where the option is gone, a window is not known any more if it comes back.
    if (maxWait == null || told.examples() == 0) {
      endWait(flushDue, probeDue, context.timerService());
      window.clear();
      windowExamples.clear();
      return;
    }
    if (window.value() == null
        || window.value() != told.window()
        || windowExamples.value() > told.examples()) {
      endWait(flushDue, probeDue, context.timerService());
      beginWait(flushDue, maxWait, context.timerService());
      window.update(told.window());
    }
    windowExamples.update(told.examples());
  }

  private static void beginWait(ValueState<Long> due, Duration wait, TimerService timers)
      throws IOException {
    long at = timers.currentProcessingTime() + wait.toMillis();
    due.update(at);
    timers.registerProcessingTimeTimer(at);
  }

  /** Its timer goes, too, where the other wait has not the same. */
  private static void endWait(ValueState<Long> due, ValueState<Long> other, TimerService timers)
      throws IOException {
    if (due.value() != null && !due.value().equals(other.value())) {
      timers.deleteProcessingTimeTimer(due.value());
    }
    due.clear();
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ControlCommand> out)
      throws Exception {
    // What was waited for has come meanwhile, a later timer counts, or the option is gone.
    if (takeDue(probeDue, timestamp) && probeInterval != null) {
      out.collect(
          command(context.getCurrentKey(), "", timestamp)
              .setKind(CommandKind.PROBE_NOW)
              .setReason("it has trained for " + probeInterval.toSeconds() + " s without a version")
              .build());
    }
    if (takeDue(flushDue, timestamp) && maxWait != null) {
      out.collect(
          command(context.getCurrentKey(), "flush/", timestamp)
              .setKind(CommandKind.FLUSH)
              .setArguments(new WindowCut(window.value(), windowExamples.value()).arguments())
              .setReason("its window has been open for " + maxWait.toSeconds() + " s")
              .build());
    }
    if (incidentTimeout != null && incidentTime.value() != null && incidentDue() <= timestamp) {
      out.collect(
          command(context.getCurrentKey(), "acknowledge/", timestamp)
              .setKind(CommandKind.ACKNOWLEDGE)
              .setArguments(Map.of(CommandRules.SEEN, incidentCount.value().toString()))
              .setReason("nobody has for " + incidentTimeout.toSeconds() + " s")
              .build());
      incidentTime.clear(); // The count stays: what was done meanwhile has it refused.
    }
    waitForIncident(context.timerService());
  }

  private static boolean takeDue(ValueState<Long> due, long timestamp) throws IOException {
    boolean isDue = due.value() != null && due.value() <= timestamp;
    if (isDue) {
      due.clear();
    }
    return isDue;
  }

  private static ControlCommand.Builder command(String adapterId, String kind, long timestamp) {
    return ControlCommand.newBuilder()
        .setId(Issuers.SCHEDULE + "/" + adapterId + "/" + kind + timestamp)
        .setAdapterId(adapterId)
        .setIssuer(Issuers.SCHEDULE)
        .setTime(timestamp);
  }
}
