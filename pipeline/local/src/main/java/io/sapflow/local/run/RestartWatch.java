package io.sapflow.local.run;

import io.sapflow.alert.RestartAlert;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topic;
import io.sapflow.schema.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Tells of a job that restarts again and again: a line, and an alert, which the job itself could
 * not commit.
 */
final class RestartWatch {

  private static final int SEND_MILLIS = 5_000;
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final KafkaClients kafka;
  private final String name;
  private final String topic;
  private final RestartAlert alert;
  private final Consumer<String> lines;
  private final RestartLoop loop = new RestartLoop();
  private long startsAt;
  private boolean takenOver;
  private long looked = System.nanoTime() - LOOK_NANOS;

  /**
   * A watch of one job.
   *
   * @param lines is told
   */
  RestartWatch(JobSettings settings, Consumer<String> lines) {
    this.kafka = settings.kafka();
    this.name = settings.jobName();
    this.topic = settings.topics().of(Topic.ALERTS);
    this.alert = new RestartAlert(name, settings.get(AlertOptions.RUNBOOK));
    this.lines = lines;
  }

  /**
   * Takes a look, unless the last one was within this second.
   *
   * @param restarts of the job so far; empty where nobody answers
   * @param failure that the last of them came of, where it is known
   * @return why the job is to be ended, where it restarts again and again because of what no
   *     restart mends
   */
  Optional<StackException> look(
      Supplier<OptionalInt> restarts, Supplier<Optional<Throwable>> failure) {
    long now = System.nanoTime();
    if (now - looked < LOOK_NANOS) {
      return Optional.empty();
    }
    looked = now;
    if (!takenOver) {
      takenOver = true;
      takeOver(now);
    }
    OptionalInt count = restarts.get();
    if (count.isEmpty()) {
      return Optional.empty();
    }
    if (loop.isNews(count.getAsInt())
        && failure.get().filter(Hopeless::isLackOfSlots).isPresent()) {
      loop.passOver(count.getAsInt());
      return Optional.empty();
    }
    return switch (loop.observe(count.getAsInt(), now)) {
      case BEGINS -> begins(failure.get());
      case GOES_ON -> failure.get().flatMap(Hopeless::cause).map(this::hopeless);
      case ENDS -> {
        ends();
        yield Optional.empty();
      }
      case NONE -> Optional.empty();
    };
  }

  /** Whether a loop was told that has not ended yet. */
  boolean loopLasts() {
    return loop.lasts();
  }

  /** What an earlier watch has told of the job, and not resolved, is this one's to resolve. */
  private void takeOver(long now) {
    String fingerprint = alert.resolved(RestartLoop.MOST, 0, 0).getFingerprint();
    RecordCodec<SafetyAlert> codec = RecordCodec.of(SafetyAlert.class);
    List<SafetyAlert> told = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.drain(
          record -> {
            if (fingerprint.equals(key(record.key()))) {
              decode(codec, record.value()).ifPresent(told::add);
            }
          });
    } catch (KafkaException e) {
      lines.accept("the alerts of earlier runs could not be read: " + Hopeless.root(e));
    }
    if (!told.isEmpty() && told.get(told.size() - 1).getStatus() == AlertStatus.FIRING) {
      startsAt = told.get(told.size() - 1).getStartsAt();
      loop.takeOver(now);
    }
  }

  private static String key(byte[] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private static Optional<SafetyAlert> decode(RecordCodec<SafetyAlert> codec, byte[] value) {
    try {
      return Optional.of(codec.decode(value));
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }

  private Optional<StackException> begins(Optional<Throwable> failure) {
    Optional<Throwable> hopeless = failure.flatMap(Hopeless::cause);
    String line =
        hopeless.or(() -> failure.map(Hopeless::root)).map(RestartWatch::line).orElse("unknown");
    startsAt = System.currentTimeMillis();
    send(alert.firing(loop.recent(), RestartLoop.MOST, line, startsAt));
    if (hopeless.isPresent()) {
      return hopeless.map(this::hopeless);
    }
    lines.accept(
        "job "
            + name
            + " restarts again and again, "
            + loop.recent()
            + " times within a minute: "
            + line);
    return Optional.empty();
  }

  private StackException hopeless(Throwable cause) {
    return new StackException(
        "job "
            + name
            + " failed: "
            + line(cause)
            + "; it has restarted "
            + loop.recent()
            + " times within a minute, and no restart mends that"
            + Hopeless.remedy(cause),
        cause);
  }

  private static String line(Throwable cause) {
    String words = cause.toString();
    return words.lines().findFirst().orElse(words);
  }

  private void ends() {
    lines.accept("job " + name + " has run for a minute without a restart");
    send(alert.resolved(RestartLoop.MOST, startsAt, System.currentTimeMillis()));
  }

  private void send(SafetyAlert record) {
    Map<String, Object> properties =
        kafka.producer(
            Map.of(
                "acks",
                "all",
                "max.block.ms",
                SEND_MILLIS,
                "request.timeout.ms",
                SEND_MILLIS,
                "delivery.timeout.ms",
                2 * SEND_MILLIS));
    byte[] value = RecordCodec.of(SafetyAlert.class).encode(record);
    byte[] key = record.getFingerprint().getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, key, value))
          .get(2 * SEND_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      lines.accept("the alert " + RestartAlert.RULE + " could not be sent: " + Hopeless.root(e));
    }
  }
}
