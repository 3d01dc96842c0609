package io.sapflow.publish;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;

/** Moves pointers as the committed records of the adapters topic say; what is none is set aside. */
public final class PublishFunction extends ProcessFunction<RawRecord, QuarantinedRecord> {

  private static final long serialVersionUID = 1;

  private final SerializableSupplier<VersionFiles> store;

  private transient PromotedPointer pointer;
  private transient RecordCodec<AdapterVersion> codec;

  /** A function on a store. */
  public PublishFunction(SerializableSupplier<VersionFiles> store) {
    this.store = store;
  }

  @Override
  public void open(OpenContext context) {
    pointer = new PromotedPointer(store.get());
    codec = RecordCodec.of(AdapterVersion.class);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<QuarantinedRecord> out)
      throws Exception {
    try {
      pointer.accept(codec.decode(raw.value()), raw.partition(), raw.offset());
    } catch (UndecodableRecordException e) {
      out.collect(quarantined(raw, e.reason().name(), e.getMessage()));
    } catch (ModelException e) {
      out.collect(quarantined(raw, "INVALID_VERSION", e.getMessage()));
    }
  }

  private static QuarantinedRecord quarantined(RawRecord raw, String code, String message) {
    return Quarantine.record(raw, new RejectedRecordException("publish", code, message));
  }
}
