package io.sapflow.probe;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ContentBytes;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.UndecodableRecordException;
import io.sapflow.schema.VersionStatus;
import io.sapflow.train.BroadcastRecord;
import io.sapflow.train.CompactedTopicOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Probes the versions of its keys. First input: candidates, keyed by adapter. Second input,
 * broadcast: probe prompts.
 *
 * <p>Answers are generated on a thread of its own and come back through the mailbox, so that no
 * barrier waits for them. A version stays in state until its report is out: after a failure it is
 * probed again.
 */
public final class ProbeOperator extends CompactedTopicOperator<ProbeReport>
    implements TwoInputStreamOperator<AdapterVersion, BroadcastRecord, ProbeReport>,
        BoundedMultiInput {

  private static final long serialVersionUID = 1;

  private static final ValueStateDescriptor<AdapterVersion> PROBING =
      new ValueStateDescriptor<>("probing", new AvroTypeInfo<>(AdapterVersion.class));
  private static final ValueStateDescriptor<AdapterVersion> WAITING =
      new ValueStateDescriptor<>("waiting", new AvroTypeInfo<>(AdapterVersion.class));
  private static final ValueStateDescriptor<Long> REPORTS =
      new ValueStateDescriptor<>("reports", Types.LONG);

  private final ProbeResources resources;
  private final MetricLimits metricLimits;
  private final OutputTag<AdapterVersion> versions;

  private transient MailboxExecutor mailbox;
  private transient ProbeResources.Opened opened;
  private transient ExecutorService thread;
  private transient ProbeQueue queue;
  private transient ProbeMetrics metrics;
  private transient ActiveSet<ProbePrompt> prompts;
  private transient StateCodec<ProbePrompt> codec;
  private transient ContentBytes content;
  private transient ValueState<AdapterVersion> probing;
  private transient ValueState<AdapterVersion> waiting;
  private transient ValueState<Long> reports;
  private transient int endedInputs;

  /**
   * An operator.
   *
   * @param awaitedPrompts for each partition of the probe prompts that held records at submission,
   *     the last offset
   * @param versions where superseded versions go
   */
  public ProbeOperator(
      ProbeResources resources,
      MetricLimits metricLimits,
      Map<Integer, Long> awaitedPrompts,
      OutputTag<AdapterVersion> versions) {
    super("probe-prompts", "probe-prompt-offsets", awaitedPrompts);
    this.resources = resources;
    this.metricLimits = metricLimits;
    this.versions = versions;
  }

  @Override
  public void setMailboxExecutor(MailboxExecutor executor) {
    super.setMailboxExecutor(executor);
    mailbox = executor;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    probing = context.getKeyedStateStore().getState(PROBING);
    waiting = context.getKeyedStateStore().getState(WAITING);
    reports = context.getKeyedStateStore().getState(REPORTS);
  }

  @Override
  public void open() throws Exception {
    super.open();
    codec = StateCodec.of(ProbePrompt.class);
    content = new ContentBytes(ProbePrompt.getClassSchema());
    prompts = new ActiveSet<>();
    for (Map.Entry<String, byte[]> prompt : records()) {
      put(prompt.getValue());
    }
    opened = resources.open(place());
    TaskInfo task = getRuntimeContext().getTaskInfo();
    metrics = new ProbeMetrics(getMetricGroup(), metricLimits, task.getNumberOfParallelSubtasks());
    int subtask = task.getIndexOfThisSubtask();
    thread = Executors.newSingleThreadExecutor(work -> new Thread(work, "probe-" + subtask));
    queue = new ProbeQueue();
    for (AdapterVersion version : saved(PROBING, probing)) {
      queue.resume(version);
    }
    for (AdapterVersion version : saved(WAITING, waiting)) {
      queue.offer(version);
    }
    probeNext();
  }

  /** The versions in a state, by the ids of their adapters. */
  private List<AdapterVersion> saved(
      ValueStateDescriptor<AdapterVersion> descriptor, ValueState<AdapterVersion> state)
      throws Exception {
    List<String> keys;
    try (Stream<?> stream =
        getKeyedStateBackend().getKeys(descriptor.getName(), VoidNamespace.INSTANCE)) {
      keys = stream.map(String.class::cast).sorted().toList();
    }
    List<AdapterVersion> versions = new ArrayList<>();
    for (String key : keys) {
      setCurrentKey(key);
      versions.add(state.value());
    }
    return versions;
  }

  @Override
  public void processElement1(StreamRecord<AdapterVersion> element) throws Exception {
    enqueue(element.getValue());
    probeNext();
  }

  @Override
  public void processElement2(StreamRecord<BroadcastRecord> element) throws Exception {
    if (element.getValue() instanceof BroadcastRecord.Prompt record) {
      hear(record);
    }
    probeNext();
  }

  private void hear(BroadcastRecord.Prompt record) throws Exception {
    if (record.passedOver()) {
      passOver(record);
    } else {
      ProbePrompt prompt = put(record.value());
      keep(record, prompt.getId(), prompt.getActive());
    }
  }

  private ProbePrompt put(byte[] bytes) throws UndecodableRecordException {
    ProbePrompt prompt = codec.decode(bytes);
    if (prompt.getActive()) {
      prompts.put(prompt.getId(), prompt, content.of(bytes));
    } else {
      prompts.remove(prompt.getId());
    }
    return prompt;
  }

  /** The current key is the version's adapter. */
  private void enqueue(AdapterVersion version) throws Exception {
    waiting.update(version);
    AdapterVersion older = queue.offer(version);
    // The trainer itself says of an older generation's versions that they were rolled back.
    if (older != null && older.getGeneration() == version.getGeneration()) {
      output.collect(
          versions,
          new StreamRecord<>(
              AdapterVersion.newBuilder(older)
                  .setStatus(VersionStatus.SUPERSEDED)
                  .setReason(version.getVersion() + " came before its turn to be probed")
                  .build()));
    }
  }

  private void probeNext() throws Exception {
    AdapterVersion version = topicRead() || endedInputs == 2 ? queue.next() : null;
    metrics.queued(queue.size());
    if (version == null) {
      return;
    }
    setCurrentKey(version.getAdapterId());
    if (version.equals(waiting.value())) {
      waiting.clear();
    }
    probing.update(version);
    ActivePrompts active = new ActivePrompts(prompts.all(), prompts.digest());
    long turn = turn();
    CompletableFuture.supplyAsync(() -> opened.prober().probe(version, active, turn), thread)
        .whenComplete(
            (report, failure) ->
                mailbox.execute(() -> finish(version, report, failure), "probe report"));
  }

  /** How many reports the current key's adapter has had: a probe that is repeated asks the same. */
  private long turn() throws Exception {
    Long before = reports.value();
    return before == null ? 0 : before;
  }

  private void finish(AdapterVersion version, ProbeReport report, Throwable failure)
      throws Exception {
    if (failure != null) {
      throw new IllegalStateException(
          "adapter "
              + version.getAdapterId()
              + ": the probe of version "
              + version.getVersion()
              + " failed",
          failure);
    }
    setCurrentKey(version.getAdapterId());
    probing.clear();
    reports.update(turn() + 1);
    queue.done();
    metrics.reported(report);
    output.collect(new StreamRecord<>(report));
    probeNext();
  }

  /** The job is drained: every version gets its report before the operator ends. */
  @Override
  public void endInput(int inputId) throws Exception {
    endedInputs++;
    if (endedInputs == 2) {
      probeNext();
      while (!queue.isEmpty()) {
        mailbox.yield();
      }
    }
  }

  /** Tolerates a half-opened operator. The thread must have ended before its model is freed. */
  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.shutdownNow();
      awaitEnd();
    }
    if (opened != null) {
      opened.close();
      opened = null;
    }
    super.close();
  }

  private void awaitEnd() {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
