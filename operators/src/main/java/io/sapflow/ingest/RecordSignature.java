package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.Topic;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signs the records that steer one job ({@link Topic#steers}), and tells which ones are signed. The
 * header {@value SourceBindings#HEADER} holds {@code 2;<time>;<64 hex digits>}: when the record was
 * signed, epoch milliseconds, and the HMAC-SHA256 over the job's name, the topic, that time, the
 * record's key and its value. One key is for all who may steer.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class RecordSignature {

  /** The variable of the environment that holds the key. */
  public static final String VARIABLE = "SAPFLOW_CONTROL_KEY";

  /** How much older than the newest a signature of what comes and goes may be. */
  public static final Duration AGE = Duration.ofHours(1);

  private static final String STAGE = "control";
  private static final String FORM = "2";
  private static final Pattern HEADER = Pattern.compile(FORM + ";(\\d{1,18});([0-9a-f]{64})");

  private final Hmac key;
  private final String job;

  /** Opens a signature on whatever machine it is used. */
  public interface Source extends Serializable {

    /** With the key that the machine's environment has, if any. */
    Optional<RecordSignature> open();
  }

  /** Signs for a job with this key. */
  public RecordSignature(Hmac key, String job) {
    this.key = key;
    this.job = job;
  }

  /** With the key of an environment; empty where it has none. */
  public static Optional<RecordSignature> of(Map<String, String> environment, String job) {
    return Hmac.of(environment, VARIABLE).map(key -> new RecordSignature(key, job));
  }

  /**
   * With the key of an environment, if there is one or there must be.
   *
   * @param required whether unsigned records are out of the question
   * @throws IllegalArgumentException naming the variable, if it is required and missing
   */
  public static Optional<RecordSignature> of(
      Map<String, String> environment, String job, boolean required) {
    Optional<RecordSignature> signature = of(environment, job);
    if (required && signature.isEmpty()) {
      throw new IllegalArgumentException(
          VARIABLE
              + ": is missing in the environment, expected the key of what steers the job, because"
              + " sapflow.control.signed is true");
    }
    return signature;
  }

  /**
   * The header's value for a record.
   *
   * @param recordKey may be null
   * @param time epoch milliseconds, not before 1970
   */
  public byte[] header(String topic, byte[] recordKey, byte[] value, long time) {
    byte[] none = {};
    byte[] code = key.of(message(topic, recordKey == null ? none : recordKey, value, time));
    return (FORM + ";" + time + ";" + HexFormat.of().formatHex(code))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * When a record was signed, epoch milliseconds.
   *
   * @param topic that it stands on
   * @throws RejectedRecordException if it is not signed with this key, for this job and topic
   */
  public long time(Topic topic, RawRecord raw) throws RejectedRecordException {
    if (raw.signature().length == 0) {
      throw new RejectedRecordException(
          STAGE,
          topic == Topic.CONTROL
              ? QuarantineReason.UNSIGNED_COMMAND
              : QuarantineReason.UNSIGNED_RECORD,
          "header "
              + SourceBindings.HEADER
              + ": found none, expected a signature with the key in "
              + VARIABLE
              + " for job "
              + job);
    }
    Matcher header = HEADER.matcher(new String(raw.signature(), StandardCharsets.US_ASCII));
    if (!header.matches()) {
      throw bad("found something else than " + FORM + ";TIME;64 hex digits, expected such");
    }
    long time = Long.parseLong(header.group(1));
    byte[] code = HexFormat.of().parseHex(header.group(2));
    if (!key.matches(message(raw.topic(), raw.key(), raw.value(), time), code)) {
      throw bad(
          "found a signature that the key in "
              + VARIABLE
              + " did not make, expected one over the record as it is, for job "
              + job
              + " and topic "
              + raw.topic());
    }
    return time;
  }

  /** The rejection of a record that was signed at a time, but had to be after another. */
  public static RejectedRecordException stale(long time, long after) {
    return new RejectedRecordException(
        STAGE,
        QuarantineReason.STALE_SIGNATURE,
        "header "
            + SourceBindings.HEADER
            + ": found the time "
            + Instant.ofEpochMilli(time)
            + ", expected one after "
            + Instant.ofEpochMilli(after));
  }

  /** A record that was signed by a clock too far ahead. */
  static RejectedRecordException ahead(long time, long latest) {
    return new RejectedRecordException(
        STAGE,
        QuarantineReason.STALE_SIGNATURE,
        "header "
            + SourceBindings.HEADER
            + ": found the time "
            + Instant.ofEpochMilli(time)
            + ", expected one no later than "
            + Instant.ofEpochMilli(latest)
            + ": see to the clock of whoever sent it");
  }

  private static RejectedRecordException bad(String found) {
    return new RejectedRecordException(
        STAGE, QuarantineReason.BAD_SIGNATURE, "header " + SourceBindings.HEADER + ": " + found);
  }

  /** Each part after its length, so that no two records have one message. */
  private byte[] message(String topic, byte[] recordKey, byte[] value, long time) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length + 128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      part(out, ("sapflow-signature-" + FORM).getBytes(StandardCharsets.UTF_8));
      part(out, job.getBytes(StandardCharsets.UTF_8));
      part(out, topic.getBytes(StandardCharsets.UTF_8));
      out.writeLong(time);
      part(out, recordKey);
      part(out, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void part(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
