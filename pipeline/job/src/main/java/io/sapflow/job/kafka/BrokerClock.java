package io.sapflow.job.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The brokers' clock. They tell it by when a transaction began, so one is begun and aborted: it
 * holds the offset of a group and no record, and nothing of it stands on a topic.
 */
public final class BrokerClock {

  private static final int LIMIT = (int) Duration.ofSeconds(10).toMillis();

  private final KafkaClients clients;
  private final String transactionalId;

  /**
   * The clock of some brokers.
   *
   * @param transactionalId of the transaction; whoever else has it open loses it
   */
  public BrokerClock(KafkaClients clients, String transactionalId) {
    this.clients = clients.within(Duration.ofMillis(LIMIT));
    this.transactionalId = transactionalId;
  }

  /**
   * What it shows, epoch milliseconds.
   *
   * @param group whose offset the transaction would commit
   * @param topic one that is there, to whose first partition the offset belongs
   * @throws StackException in one line, if it cannot be asked
   */
  public long millis(String group, String topic) {
    Map<String, Object> settings =
        clients.producer(
            Map.of(
                "transactional.id", transactionalId,
                "max.block.ms", LIMIT,
                "transaction.timeout.ms", LIMIT,
                "delivery.timeout.ms", 2 * LIMIT));
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try (Admin admin = Admin.create(clients.admin(Map.of()))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)),
          new ConsumerGroupMetadata(group));
      TransactionDescription begun =
          admin.describeTransactions(List.of(transactionalId)).description(transactionalId).get();
      producer.abortTransaction();
      return begun.transactionStartTimeMs().orElseThrow(() -> failure("it tells no time", null));
    } catch (ExecutionException e) {
      throw failure(e.getCause().getMessage(), e);
    } catch (KafkaException e) {
      throw failure(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted", e);
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private StackException failure(String why, Exception cause) {
    return new StackException(
        "transaction "
            + transactionalId
            + " at "
            + clients.bootstrapServers()
            + " tells no time: "
            + why,
        cause);
  }
}
