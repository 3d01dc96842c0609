package io.sapflow.train;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ContentBytes;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import io.sapflow.tokens.TokenizedExample;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.OutputTag;

/**
 * Trains the adapters of its keys. First input: examples, keyed by adapter. Second input,
 * broadcast: safety pairs, commands and holds.
 *
 * <p>Examples are taken in as they come, and trained in turns among the adapters, between inputs: a
 * mail trains a window of one adapter's, so that neither input nor a barrier waits for more than
 * that. They also wait until the safety pairs that stood on the topic at submission have been read.
 */
public final class TrainOperator extends AdapterStateOperator<TrainingStep>
    implements TwoInputStreamOperator<TokenizedExample, BroadcastRecord, TrainingStep>,
        BoundedMultiInput {

  private static final long serialVersionUID = 1;

  private static final String NO_ADAPTER =
      "the adapter does not exist: the first of its examples makes it, a command does not";

  /** The most inputs between two turns: taking one in takes some ten microseconds. */
  private static final int MOST_BETWEEN_TURNS = 1000;

  /**
   * How often no input has come between two mails before none waits: the task asks its inputs one
   * after the other, and one that has nothing, or a barrier only, is asked in vain.
   */
  private static final int LOOKS = 16;

  /** The most turns before an input where too much waits: barriers wait for no more than these. */
  private static final int MOST_TURNS_AT_ONCE = 8;

  private final TrainOptions options;
  private final IntakeLimits limits;
  private final CommandPolicy policy;
  private final AdapterPolicy adapters;
  private final MetricLimits metricLimits;
  private final TrainResources resources;
  private final OutputTag<AdapterVersion> versions;
  private final OutputTag<QuarantinedRecord> quarantine;
  private final OutputTag<OpenWindow> windows;

  private transient TrainResources.Opened opened;
  private transient AdapterTrainer.Shared shared;
  private transient TrainMetrics metrics;
  private transient int mostAdapters;
  private transient int endedInputs;
  private transient boolean examplesEnded;
  private transient boolean flushed;
  private transient MailboxExecutor mailbox;
  private transient Intake intake;
  private transient Holds holds;
  private transient long inputs;
  private transient long inputsSeen;
  private transient int looks;
  private transient long inputsAtTurn;
  private transient boolean turnComes;
  private transient StateCodec<SafetyPair> pairCodec;
  private transient ContentBytes pairContent;
  private transient StateCodec<ControlCommand> commandCodec;
  private transient StateCodec<Hold> holdCodec;

  /**
   * An operator.
   *
   * @param limits of how examples wait for their adapters' turns
   * @param adapters how many adapters examples may create; which ones is judged before
   * @param awaitedPairs for each partition of the safety pairs that held records at submission, the
   *     last offset
   * @param windows hears how far adapters' windows are
   */
  public TrainOperator(
      TrainOptions options,
      IntakeLimits limits,
      CommandPolicy policy,
      AdapterPolicy adapters,
      MetricLimits metricLimits,
      TrainResources resources,
      Map<Integer, Long> awaitedPairs,
      OutputTag<AdapterVersion> versions,
      OutputTag<QuarantinedRecord> quarantine,
      OutputTag<OpenWindow> windows) {
    super("safety-pairs", "safety-pair-offsets", awaitedPairs);
    this.options = options;
    this.limits = limits;
    this.policy = policy;
    this.adapters = adapters;
    this.metricLimits = metricLimits;
    this.resources = resources;
    this.versions = versions;
    this.quarantine = quarantine;
    this.windows = windows;
  }

  @Override
  public void setMailboxExecutor(MailboxExecutor executor) {
    super.setMailboxExecutor(executor);
    mailbox = executor;
  }

  @Override
  public void open() throws Exception {
    super.open();
    pairCodec = StateCodec.of(SafetyPair.class);
    pairContent = new ContentBytes(SafetyPair.getClassSchema());
    commandCodec = StateCodec.of(ControlCommand.class);
    holdCodec = StateCodec.of(Hold.class);
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    mostAdapters = adapters.mostOf(subtasks);
    opened = resources.open(place(), restored());
    metrics =
        new TrainMetrics(
            getMetricGroup(),
            metricLimits,
            subtasks,
            AdapterState.bytes(opened.kernel()),
            options.live().bytes());
    shared =
        new AdapterTrainer.Shared(
            options,
            opened.kernel(),
            opened.store(),
            new ActiveSet<>(),
            policy,
            opened.baseModel(),
            new Emitter());
    for (Map.Entry<String, byte[]> pair : records()) {
      putPair(pair.getValue());
    }
    openAdapters(shared, opened.retention(), metrics);
    holds = new Holds(holdRows(), this::lapseAfter, limits.hold(), metrics);
    for (String adapterId : holds.adapterIds()) {
      holds.look(adapter(adapterId));
    }
    intake = new Intake(waiting(), holds, new Trainers(), limits.aheadBytes());
    if (topicRead()) {
      intake.allReady();
      letTurnCome();
    }
  }

  @Override
  public void processElement1(StreamRecord<TokenizedExample> element) throws Exception {
    inputs++;
    TokenizedExample example = element.getValue();
    if (!admit(example.adapterId(), mostAdapters)) {
      shared.output().quarantine(beyond(example));
      return;
    }
    intake.add(example.adapterId(), HeldExamples.of(example));
    if (topicRead()) {
      intake.ready(example.adapterId());
      for (int i = 0; i < MOST_TURNS_AT_ONCE && intake.isFull(); i++) {
        intake.turn();
      }
      letTurnCome();
    }
  }

  private void letTurnCome() {
    if (!turnComes && !stops() && intake.hasTurn()) {
      turnComes = true;
      try {
        mailbox.execute(this::turn, "train in turn");
      } catch (RejectedExecutionException e) {
        turnComes = false; // the task ends, and what waits is in its last savepoint
      }
    }
  }

  /** A turn comes once no input does, or many have: what waits behind others is to be known. */
  private void turn() throws Exception {
    turnComes = false;
    if (stops()) {
      return; // the job goes on from its savepoint, which holds what waits
    }
    looks = inputs == inputsSeen ? looks + 1 : 0;
    if (looks >= LOOKS || inputs - inputsAtTurn >= MOST_BETWEEN_TURNS) {
      looks = 0;
      inputsAtTurn = inputs;
      intake.turn();
    }
    inputsSeen = inputs;
    letTurnCome();
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    super.notifyCheckpointAborted(checkpointId);
    letTurnCome();
  }

  private QuarantinedRecord beyond(TokenizedExample example) {
    return HeldExamples.quarantined(
        HeldExamples.of(example),
        example.adapterId(),
        QuarantineReason.UNKNOWN_ADAPTER,
        "adapterId: found "
            + example.adapterId()
            + ", a new one where "
            + mostAdapters
            + " are trained, expected one of them (sapflow.adapters.max)");
  }

  @Override
  public void processElement2(StreamRecord<BroadcastRecord> element) throws Exception {
    inputs++;
    if (element.getValue() instanceof BroadcastRecord.Pair pair) {
      hear(pair);
    } else if (element.getValue() instanceof BroadcastRecord.Command command) {
      hear(commandCodec.decode(command.value()), command.heard());
    } else if (element.getValue() instanceof BroadcastRecord.Hold hold) {
      hear(holdCodec.decode(hold.value()));
    }
  }

  private void hear(Hold hold) throws Exception {
    if (owns(hold.getAdapterId()) && hasAdapter(hold.getAdapterId())) {
      holds.hear(hold, adapter(hold.getAdapterId()));
    }
  }

  private void lapseAfter(Duration time, String adapterId, String orderId) {
    ProcessingTimeService clock = getProcessingTimeService();
    clock.registerTimer(
        clock.getCurrentProcessingTime() + time.toMillis(),
        now -> {
          if (stops()) {
            lapseAfter(time, adapterId, orderId); // the savepoint holds what is held
          } else if (holds.lapse(adapterId, orderId)) {
            goOn(adapterId, adapter(adapterId));
          }
        });
  }

  /** An adapter may have turns again. */
  private void goOn(String adapterId, AdapterTrainer trainer) throws Exception {
    if (topicRead()) {
      trainer.trainFullWindows(true);
      tellWindow(trainer);
      intake.ready(adapterId);
      letTurnCome();
    }
  }

  private void hear(BroadcastRecord.Pair record) throws Exception {
    boolean before = topicRead();
    if (record.passedOver()) {
      passOver(record);
    } else {
      SafetyPair pair = putPair(record.value());
      keep(record, pair.getId(), pair.getActive());
    }
    if (!before && topicRead()) {
      // Of state from before examples waited in turns, windows may be full.
      forEachMade(
          (id, trainer) -> {
            trainer.trainFullWindows(!holds.isHeld(id));
            tellWindow(trainer);
          });
      intake.allReady();
      letTurnCome();
      if (examplesEnded) {
        flush();
      }
    }
  }

  private SafetyPair putPair(byte[] bytes) throws UndecodableRecordException {
    SafetyPair pair = pairCodec.decode(bytes);
    io.sapflow.sap.PairBatch.Pair rows = pair.getActive() ? opened.pairs().encode(pair) : null;
    if (rows == null) {
      shared.pairs().remove(pair.getId());
    } else {
      shared.pairs().put(pair.getId(), rows, pairContent.of(bytes));
    }
    return pair;
  }

  private void hear(ControlCommand command, long heard) throws Exception {
    if (command.getAdapterId().equals("*")) {
      forEachAdapter((id, trainer) -> command(id, trainer, command, heard));
    } else if (owns(command.getAdapterId())) {
      if (hasAdapter(command.getAdapterId())) {
        command(command.getAdapterId(), adapter(command.getAdapterId()), command, heard);
      } else {
        shared.output().step(StepReports.ofNoAdapter(command, NO_ADAPTER));
      }
    }
  }

  /**
   * Commands do not wait for the examples before them; but what waited for a RESUME, or comes
   * before a FLUSH, is trained at once. A FLUSH that names its window waits for its examples.
   */
  private void command(String id, AdapterTrainer trainer, ControlCommand command, long heard)
      throws Exception {
    if (command.getKind() == CommandKind.FLUSH
        && command.getAtStep() == null
        && !WindowCut.isOne(command)
        && !trainer.hasHeard(command.getId())) {
      // One that is refused trains nothing; one that is not trains all of it, held or not.
      intake.handAll(id, trainer, topicRead() && !holds.isHeld(id));
    }
    trainer.command(command, heard);
    if (holds.look(trainer)) {
      goOn(id, trainer);
    } else {
      trainer.trainFullWindows(topicRead() && !holds.isHeld(id));
    }
    tellWindow(trainer);
  }

  /** Every subtask hears every command; the one that holds the key acts. */
  private boolean owns(String adapterId) {
    TaskInfo task = getRuntimeContext().getTaskInfo();
    return task.getIndexOfThisSubtask()
        == KeyGroupRangeAssignment.assignKeyToParallelOperator(
            adapterId, task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks());
  }

  @Override
  public void endInput(int inputId) throws Exception {
    endedInputs++;
    examplesEnded |= inputId == 1;
    boolean allEnded = endedInputs == 2;
    if (examplesEnded && !flushed && (topicRead() || allEnded)) {
      flush();
    }
  }

  private void flush() throws Exception {
    flushed = true;
    forEachAdapter(
        (id, trainer) -> {
          intake.handAll(id, trainer, true);
          trainer.trainFullWindows(true);
          trainer.flush();
        });
  }

  /** Adapters first, then what they live on; tolerates a half-opened operator. */
  @Override
  public void close() throws Exception {
    super.close();
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  private void tellWindow(AdapterTrainer trainer) {
    output.collect(windows, new StreamRecord<>(trainer.openWindow()));
  }

  private final class Trainers implements Intake.Adapters {
    @Override
    public AdapterTrainer get(String adapterId) throws Exception {
      return adapter(adapterId);
    }

    @Override
    public boolean isNew(String adapterId) {
      return isAdmitted(adapterId);
    }

    @Override
    public void had(AdapterTrainer trainer) {
      tellWindow(trainer);
    }
  }

  private final class Emitter implements TrainOutput {
    @Override
    public void step(TrainingStep step) {
      metrics.stepped(step);
      metrics.paused(step.getAdapterId(), isPaused(step.getAdapterId()));
      output.collect(new StreamRecord<>(step));
    }

    @Override
    public void version(AdapterVersion version) {
      metrics.version(version);
      output.collect(versions, new StreamRecord<>(version));
    }

    @Override
    public void quarantine(QuarantinedRecord record) {
      output.collect(quarantine, new StreamRecord<>(record));
    }
  }
}
