package io.sapflow.publish;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.alert.Watched;
import io.sapflow.http.Authorization;
import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordBounds;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Moves pointers as the committed records of the adapters topic say, and has servers follow them;
 * what is no such record is set aside.
 */
public final class PublishFunction extends ProcessFunction<RawRecord, QuarantinedRecord> {

  private static final long serialVersionUID = 1;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final SerializableSupplier<VersionFiles> store;
  private final SerializableSupplier<PointerTopic> topic;
  private final VllmSettings vllm;
  private final OutputTag<Watched> pointers;

  private transient PromotedPointer pointer;
  private transient RecordBounds bounds;
  private transient RecordCodec<AdapterVersion> codec;

  /** Null before the function is opened. */
  private transient Serving serving;

  /**
   * A function on a store.
   *
   * @param topic asks which adapters topic the brokers have
   * @param vllm the servers that serve what is promoted
   * @param pointers is told what an adapter's pointer names, after each record of its
   */
  public PublishFunction(
      SerializableSupplier<VersionFiles> store,
      SerializableSupplier<PointerTopic> topic,
      VllmSettings vllm,
      OutputTag<Watched> pointers) {
    this.pointers = pointers;
    this.store = store;
    this.topic = topic;
    this.vllm = vllm;
  }

  @Override
  public void open(OpenContext context) {
    VersionFiles files = store.get();
    pointer = new PromotedPointer(files, topic.get());
    bounds = new RecordBounds(EnvelopeLimits.DEFAULT);
    codec = RecordCodec.of(AdapterVersion.class);
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    Counter pushes = metrics.counter(SapflowMetric.ADAPTER_PUSHES);
    Counter failures = metrics.counter(SapflowMetric.ADAPTER_PUSH_FAILURES);
    serving = serving(files, pushes::inc, failures::inc);
  }

  private Serving serving(VersionFiles files, Runnable pushes, Runnable failures) {
    ToServe toServe = new ToServe(files, vllm.store());
    List<ServedAdapters> servers = new ArrayList<>();
    for (URI url : vllm.urls()) {
      VllmServer server =
          new VllmServer(url, Authorization.ofVariable(VllmSettings.KEY, "Bearer "));
      servers.add(new ServedAdapters(toServe, server));
    }
    // None runs before all could be made.
    return new Serving(
        servers.stream()
            .map(one -> new ServingThread(one, FIRST_PAUSE, vllm.look(), pushes, failures))
            .toList());
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<QuarantinedRecord> out)
      throws Exception {
    try {
      bounds.check(raw);
      AdapterVersion version = codec.decode(raw.value());
      if (pointer.accept(version, raw.partition(), raw.offset())) {
        serving.moved(version.getAdapterId());
      }
      context.output(
          pointers,
          Watched.ofPointer(version.getAdapterId(), pointer.promoted(version.getAdapterId())));
    } catch (RejectedRecordException e) {
      out.collect(Quarantine.record(raw, e));
    } catch (UndecodableRecordException e) {
      out.collect(quarantined(raw, e.reason(), e.getMessage()));
    } catch (ModelException e) {
      out.collect(quarantined(raw, QuarantineReason.INVALID_VERSION, e.getMessage()));
    }
  }

  private static QuarantinedRecord quarantined(
      RawRecord raw, QuarantineReason code, String message) {
    return Quarantine.record(raw, new RejectedRecordException("publish", code, message));
  }

  /** There may be none yet. */
  @Override
  public void close() {
    if (serving != null) {
      serving.close();
    }
  }
}
