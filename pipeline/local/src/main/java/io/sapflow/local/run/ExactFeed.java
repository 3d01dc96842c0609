package io.sapflow.local.run;

import io.sapflow.ingest.ExampleEncoder;
import io.sapflow.ingest.Hmac;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import io.sapflow.schema.TrainingExample;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts the examples of a file on a topic, each once, however often whoever sends them is killed.
 *
 * <p>They go in transactions, and each transaction also commits how far the file is, as an offset
 * of a consumer group without members: the number of rows, and as its text the rest of the mark. So
 * the brokers keep both or neither. Who opens the same id has them abort what an earlier one left,
 * and fence it, should it still be alive; what he reads then is final.
 */
public final class ExactFeed implements AutoCloseable {

  /** The brokers abort a transaction of which they hear nothing for so long. */
  private static final int TRANSACTION_MILLIS = 60_000;

  private static final Pattern TEXT = Pattern.compile("1 ([0-9]+) ([0-9]+) ([0-9a-f]*) (\\S*)");

  /**
   * How far a file has been sent.
   *
   * @param rows its rows so far
   * @param sent how many of them are on the topic
   * @param bad how many were left out
   * @param sha256 digest of these rows
   * @param manner tells one way of reading the file from another; without blanks
   */
  public record Mark(long rows, long sent, long bad, String sha256, String manner) {

    /** Of a file that is yet to be sent. */
    public static Mark start(String sha256, String manner) {
      return new Mark(0, 0, 0, sha256, manner);
    }

    private OffsetAndMetadata offset() {
      return new OffsetAndMetadata(rows, "1 " + sent + " " + bad + " " + sha256 + " " + manner);
    }

    private static Mark of(String group, OffsetAndMetadata offset) {
      Matcher text = TEXT.matcher(offset.metadata());
      if (!text.matches()) {
        throw new StackException(
            "consumer group "
                + group
                + ": found an offset that no send has committed, expected a mark of a send");
      }
      return new Mark(
          offset.offset(),
          Long.parseLong(text.group(1)),
          Long.parseLong(text.group(2)),
          text.group(3),
          text.group(4));
    }
  }

  /** So long the brokers are waited for at the end; one that is lost never answers. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

  private final String id;
  private final String topic;
  private final boolean anew;
  private final TopicPartition place;
  private final KafkaClients clients;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ExampleEncoder encoder;
  private boolean begun;
  private boolean marked;

  /**
   * A feed.
   *
   * @param clients of the brokers
   * @param id of this send: the transactional id and the consumer group
   * @param topic where the examples go
   * @param encoder of the format that the job reads
   * @param anew whether its first mark begins the file anew, for messages
   */
  public ExactFeed(
      KafkaClients clients, String id, String topic, ExampleEncoder encoder, boolean anew) {
    this.id = id;
    this.topic = topic;
    this.encoder = encoder;
    this.anew = anew;
    this.place = new TopicPartition(topic, 0);
    this.clients = clients;
    producer =
        new KafkaProducer<>(
            clients.producer(
                Map.of(
                    "transactional.id",
                    id,
                    "transaction.timeout.ms",
                    TRANSACTION_MILLIS,
                    "acks",
                    "all",
                    "linger.ms",
                    "5")),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Ends what an earlier send of this id has left open, and says how far it came. */
  public Optional<Mark> open() {
    try (Admin admin = Admin.create(clients.admin(Map.of()))) {
      producer.initTransactions();
      OffsetAndMetadata committed =
          admin
              .listConsumerGroupOffsets(
                  Map.of(id, new ListConsumerGroupOffsetsSpec()),
                  new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata(id)
              .get()
              .get(place);
      return Optional.ofNullable(committed).map(offset -> Mark.of(id, offset));
    } catch (ExecutionException e) {
      throw new StackException(
          "the brokers cannot be asked how far " + id + " is: " + e.getCause().getMessage(),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for Kafka", e);
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  /**
   * Sends an example; it counts once the next mark is committed.
   *
   * @param key that its source signs with; null for none
   */
  public void example(TrainingExample example, Hmac key) {
    try {
      begin();
      producer.send(Feed.record(example, encoder, topic, key));
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  /** Commits what was sent since the last mark, together with this one. */
  public void commit(Mark mark) {
    try {
      begin();
      producer.sendOffsetsToTransaction(
          Map.of(place, mark.offset()), new ConsumerGroupMetadata(id));
      producer.commitTransaction();
      begun = false;
      marked = true;
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  private void begin() {
    if (!begun) {
      producer.beginTransaction();
      begun = true;
    }
  }

  private StackException failure(KafkaException e) {
    if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
      return new StackException(
          "another send of the same file has taken over, or the brokers have given up this one's"
              + " transaction; "
              + onward(),
          e);
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new StackException(
        "examples could not be sent: " + cause.getMessage() + "; " + onward(), e);
  }

  /** The command that sends the rest. */
  private String onward() {
    if (anew && !marked) {
      return "the same command tries again";
    }
    return (anew ? "the command without --again" : "the same command")
        + " goes on after the last row that is committed";
  }

  /** Ends it; what was sent since the last mark is aborted. */
  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
  }
}
