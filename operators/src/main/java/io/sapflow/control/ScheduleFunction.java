package io.sapflow.control;

import io.sapflow.alert.Watched;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Commands a probe of an adapter that has trained for so long without a version. The clock has a
 * part in training only through these commands, which stand on the control topic as everybody's do.
 */
public final class ScheduleFunction extends KeyedProcessFunction<String, Watched, ControlCommand> {

  private static final long serialVersionUID = 1;

  private final Duration interval;

  private transient ValueState<Long> due;

  /** Step of the newest version: its own step may come after it. */
  private transient ValueState<Long> versionStep;

  /** A function for a time from the first step after a version to the next; null for none. */
  public ScheduleFunction(Duration interval) {
    this.interval = interval;
  }

  @Override
  public void open(OpenContext context) {
    due = getRuntimeContext().getState(new ValueStateDescriptor<>("probe-due", Types.LONG));
    versionStep =
        getRuntimeContext().getState(new ValueStateDescriptor<>("version-step", Types.LONG));
  }

  @Override
  public void processElement(Watched watched, Context context, Collector<ControlCommand> out)
      throws Exception {
    if (watched.candidate() != null) {
      versionStep.update(watched.candidate().getStep());
      if (due.value() != null) {
        context.timerService().deleteProcessingTimeTimer(due.value());
        due.clear();
      }
    } else if (interval != null && due.value() == null && isBeyondVersion(watched.step())) {
      long at = context.timerService().currentProcessingTime() + interval.toMillis();
      due.update(at);
      context.timerService().registerProcessingTimeTimer(at);
    }
  }

  private boolean isBeyondVersion(TrainingStep step) throws IOException {
    return step != null
        && step.getOutcome() == StepStatus.TRAINED
        && (versionStep.value() == null || step.getStep() > versionStep.value());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ControlCommand> out)
      throws Exception {
    // A version has been made meanwhile, or a later timer counts.
    if (due.value() == null || due.value() > timestamp) {
      return;
    }
    due.clear();
    if (interval == null) {
      return; // The timer was set by a job that had one.
    }
    out.collect(
        ControlCommand.newBuilder()
            .setId(Issuers.SCHEDULE + "/" + context.getCurrentKey() + "/" + timestamp)
            .setAdapterId(context.getCurrentKey())
            .setKind(CommandKind.PROBE_NOW)
            .setIssuer(Issuers.SCHEDULE)
            .setReason("it has trained for " + interval.toSeconds() + " s without a version")
            .setTime(timestamp)
            .build());
  }
}
