package io.sapflow.publish;

import io.sapflow.ingest.RawRecord;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The operator that tells receivers, in Flink's harness, by the real clock. */
final class LiveTelling implements AutoCloseable {

  static final Duration COMMITS = Duration.ofSeconds(1);

  private final KeyedOneInputStreamOperatorTestHarness<String, RawRecord, QuarantinedRecord>
      harness;
  private long checkpoint;
  private long nextCheckpoint;

  /**
   * One that begins at once.
   *
   * @param restored state of one before; null for none
   */
  LiveTelling(WebhookSettings settings, OperatorSubtaskState restored) throws Exception {
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new WebhookFunction(settings, COMMITS)),
            WebhookFunction.fingerprint(),
            Types.STRING);
    harness.setProcessingTime(System.currentTimeMillis());
    harness.setup();
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
  }

  void alert(SafetyAlert alert) throws Exception {
    harness.processElement(
        new RawRecord(
            Topics.ALERTS,
            0,
            7,
            0,
            alert.getFingerprint().getBytes(StandardCharsets.UTF_8),
            RecordCodec.of(SafetyAlert.class).encode(alert),
            new byte[0]),
        0);
  }

  /** Lets time go on, with a checkpoint each second. */
  void run(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      step();
    }
  }

  /** Lets time go on until something has come about. */
  void await(BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come about within a minute");
      }
      step();
    }
  }

  private void step() throws Exception {
    long now = System.currentTimeMillis();
    harness.setProcessingTime(now);
    if (now >= nextCheckpoint) {
      nextCheckpoint = now + COMMITS.toMillis();
      harness.notifyOfCompletedCheckpoint(++checkpoint);
    }
    Thread.sleep(20);
  }

  OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(++checkpoint, 1);
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
