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
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The brokers' clock. They tell it by when a transaction began, so one is begun and aborted: it
 * holds the offset of a group and no record, and nothing of it stands on a topic.
 */
public final class BrokerClock {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerClock.class);
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
    boolean open = false;
    try (Admin admin = Admin.create(clients.admin(Map.of()))) {
      producer.initTransactions();
      producer.beginTransaction();
      open = true;
      producer.sendOffsetsToTransaction(
          Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)),
          new ConsumerGroupMetadata(group));
      TransactionDescription begun =
          admin.describeTransactions(List.of(transactionalId)).description(transactionalId).get();
      return begun.transactionStartTimeMs().orElseThrow(() -> failure("it tells no time", null));
    } catch (ExecutionException e) {
      throw failure(e.getCause().getMessage(), e);
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw failure("somebody else asks just now", e);
    } catch (KafkaException e) {
      throw failure(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted", e);
    } finally {
      if (open) {
        abort(producer);
      }
      producer.close(Duration.ofSeconds(1));
    }
  }

  private static void abort(KafkaProducer<byte[], byte[]> producer) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      LOG.debug("the brokers end the transaction by themselves", e);
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
