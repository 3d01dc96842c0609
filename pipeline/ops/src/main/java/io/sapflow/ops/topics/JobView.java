package io.sapflow.ops.topics;

import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.ExampleEncoder;
import io.sapflow.ingest.FormatSettings;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.JobSettings;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.TrainingExample;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job's ingest would say of records that are not sent: its own decoder and bindings say it.
 */
final class JobView {

  private static final byte[] NONE = {};

  private final String topic;
  private final Hmac key;
  private final ExampleDecoder decoder;
  private final SourceBindings bindings;
  private final ExampleEncoder encoder;

  /**
   * A view.
   *
   * @param topic where the records would go
   * @param source theirs; null for one that nobody has named, whom no binding is asked about
   * @param key that their source signs with; null for none
   */
  JobView(JobSettings settings, String topic, String source, Hmac key) {
    this.topic = topic;
    this.key = key;
    FormatSettings format = settings.formats().withoutRegistry();
    this.encoder = format.encoder(System.getenv(), line -> {});
    this.decoder =
        new ExampleDecoder(settings.ingest(), settings.adapters(), format.decoder(System.getenv()));
    SourcePolicy policy = settings.sources();
    String owner = policy.topics().get(topic);
    // Whoever holds the source's key proves it by what only the job can check, but on a topic of
    // another source; the others' keys have no part in it.
    boolean proven =
        key != null && policy.keys().contains(source) && (owner == null || owner.equals(source));
    this.bindings = source == null || proven ? null : new SourceBindings(policy, unused(policy));
  }

  private static Map<String, String> unused(SourcePolicy policy) {
    Map<String, String> environment = new TreeMap<>();
    policy.keys().forEach(each -> environment.put(SourcePolicy.variable(each), "unused"));
    return environment;
  }

  /**
   * Reads an example as the job would.
   *
   * @throws RejectedRecordException if it would set it aside
   */
  void check(TrainingExample example) throws RejectedRecordException {
    byte[] value = encoder.encode(topic, example);
    byte[] signature = key == null ? NONE : SourceBindings.header(key, value);
    RawRecord raw = raw(example.getAdapterId().getBytes(StandardCharsets.UTF_8), value, signature);
    TrainingExample read = decoder.decode(raw);
    if (bindings != null) {
      bindings.prove(raw, read.getSource());
    }
    String fault = RecordSize.fault(value.length);
    if (fault != null) {
      throw new RejectedRecordException("ingest", QuarantineReason.RECORD_TOO_LARGE, fault);
    }
  }

  /** Why it would set aside the bytes of a row that is no example. */
  QuarantineReason reason(byte[] bytes) {
    try {
      decoder.decode(raw(NONE, bytes, NONE));
      return QuarantineReason.GARBAGE;
    } catch (RejectedRecordException e) {
      return e.code();
    }
  }

  private RawRecord raw(byte[] recordKey, byte[] value, byte[] signature) {
    return new RawRecord(topic, 0, 0, 0, recordKey, value, signature);
  }
}
