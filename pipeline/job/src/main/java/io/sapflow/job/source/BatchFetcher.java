package io.sapflow.job.source;

import io.sapflow.job.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches batches as the broker keeps them, which Kafka's consumer opens before anybody is asked.
 * Where no leader answers it brings nothing, like that one.
 */
final class BatchFetcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchFetcher.class);

  private static final int WAIT_MILLIS = 100;
  private static final int MOST_BYTES = 8 << 20;
  private static final int PARTITION_BYTES = 1 << 20;
  private static final int REQUEST_MILLIS = 10_000;
  private static final long BACKOFF_MILLIS = 200;

  private final Admin admin;
  private final NetworkClient client;
  private final Metrics metrics = new Metrics();
  private final Map<TopicPartition, Node> leaders = new HashMap<>();
  private final Map<String, Uuid> topics = new HashMap<>();

  /**
   * A fetcher.
   *
   * @param client settings of a Kafka consumer
   */
  BatchFetcher(Properties client) {
    Map<String, Object> limits =
        Map.of("request.timeout.ms", REQUEST_MILLIS, "default.api.timeout.ms", REQUEST_MILLIS);
    Map<String, Object> settings = new HashMap<>(limits);
    client.stringPropertyNames().forEach(key -> settings.putIfAbsent(key, client.getProperty(key)));
    this.admin = Admin.create(KafkaClients.of(client).admin(limits));
    this.client =
        ClientUtils.createNetworkClient(
            new ConsumerConfig(settings),
            client.getProperty("client.id.prefix") + "-batches",
            metrics,
            "batches",
            new LogContext(),
            new ApiVersions(),
            Time.SYSTEM,
            1,
            REQUEST_MILLIS,
            new ManualMetadataUpdater(),
            new DefaultHostResolver());
  }

  /** The first offset that a partition has, or the one behind its last. */
  long offset(TopicPartition partition, OffsetSpec which) {
    return Math.max(
        0,
        get(admin.listOffsets(Map.of(partition, which)).partitionResult(partition))
            .orElseThrow(() -> new IllegalStateException("no offset of " + partition))
            .offset());
  }

  /** What a group has committed; empty if it has nothing. */
  Optional<Long> committed(TopicPartition partition, String group) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
            .orElseThrow(() -> new IllegalStateException("no offsets of group " + group));
    return Optional.ofNullable(offsets.get(partition)).map(OffsetAndMetadata::offset);
  }

  /** Commits offsets for a group that has no members, and tells when that is done. */
  void commit(
      String group, Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    admin
        .alterConsumerGroupOffsets(group, offsets)
        .all()
        .whenComplete(
            (none, failure) ->
                callback.onComplete(
                    offsets,
                    failure == null || failure instanceof Exception
                        ? (Exception) failure
                        : new IllegalStateException(failure)));
  }

  /** Fetches for partitions that are read empty, waiting a moment for the first record. */
  void fetch(Collection<PartitionRecords> partitions) {
    Map<Node, Map<TopicPartition, PartitionRecords>> byLeader = byLeader(partitions);
    if (byLeader.isEmpty()) {
      pause();
    }
    byLeader.forEach((leader, each) -> fetch(leader, each, WAIT_MILLIS / byLeader.size()));
  }

  private Map<Node, Map<TopicPartition, PartitionRecords>> byLeader(
      Collection<PartitionRecords> partitions) {
    if (partitions.stream().anyMatch(each -> !leaders.containsKey(each.partition()))) {
      findLeaders(partitions.stream().map(each -> each.partition().topic()).distinct().toList());
    }
    Map<Node, Map<TopicPartition, PartitionRecords>> byLeader = new LinkedHashMap<>();
    for (PartitionRecords each : partitions) {
      Node leader = leaders.get(each.partition());
      if (leader != null) {
        byLeader.computeIfAbsent(leader, node -> new LinkedHashMap<>()).put(each.partition(), each);
      }
    }
    return byLeader;
  }

  private void findLeaders(List<String> names) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(names).topicNameValues();
    // One that is gone must not hide the others.
    described.forEach(
        (name, future) -> {
          TopicDescription topic = get(future).orElse(null);
          if (topic == null) {
            return;
          }
          topics.put(name, topic.topicId());
          for (TopicPartitionInfo each : topic.partitions()) {
            if (each.leader() != null && !each.leader().isEmpty()) {
              leaders.put(new TopicPartition(name, each.partition()), each.leader());
            }
          }
        });
  }

  private void fetch(Node leader, Map<TopicPartition, PartitionRecords> partitions, int wait) {
    Map<TopicPartition, FetchRequest.PartitionData> wanted = new LinkedHashMap<>();
    partitions.forEach(
        (partition, records) ->
            wanted.put(
                partition,
                new FetchRequest.PartitionData(
                    topics.get(partition.topic()),
                    records.position(),
                    FetchRequest.INVALID_LOG_START_OFFSET,
                    PARTITION_BYTES,
                    Optional.empty())));
    FetchRequest.Builder request =
        FetchRequest.Builder.forConsumer(ApiKeys.FETCH.latestVersion(), wait, 1, wanted)
            .isolationLevel(IsolationLevel.READ_COMMITTED)
            .setMaxBytes(MOST_BYTES);
    try {
      ClientResponse response = send(leader, request);
      FetchResponse body = (FetchResponse) response.responseBody();
      if (body.error() != Errors.NONE) {
        failed(partitions.keySet(), body.error());
        return;
      }
      Map<Uuid, String> names = new HashMap<>();
      topics.forEach((name, id) -> names.put(id, name));
      body.responseData(names, response.requestHeader().apiVersion())
          .forEach((partition, data) -> take(partitions.get(partition), data));
    } catch (IOException e) {
      LOG.info("No batches from {}: {}", leader, e.toString());
      leaders.keySet().removeAll(partitions.keySet());
      pause();
    }
  }

  private ClientResponse send(Node leader, FetchRequest.Builder request) throws IOException {
    if (!NetworkClientUtils.awaitReady(client, leader, Time.SYSTEM, REQUEST_MILLIS)) {
      throw new IOException("no connection within " + Duration.ofMillis(REQUEST_MILLIS));
    }
    ClientRequest sent =
        client.newClientRequest(leader.idString(), request, Time.SYSTEM.milliseconds(), true);
    return NetworkClientUtils.sendAndReceive(client, sent, Time.SYSTEM);
  }

  private void take(PartitionRecords records, FetchResponseData.PartitionData data) {
    Errors error = Errors.forCode(data.errorCode());
    if (error == Errors.OFFSET_OUT_OF_RANGE) {
      long first = offset(records.partition(), OffsetSpec.earliest());
      LOG.warn(
          "{} has no offset {} any more: reading on from {}",
          records.partition(),
          records.position(),
          first);
      records.seek(first);
    } else if (error != Errors.NONE) {
      failed(List.of(records.partition()), error);
    } else {
      records.take((MemoryRecords) FetchResponse.recordsOrFail(data), data.abortedTransactions());
    }
  }

  private void failed(Collection<TopicPartition> partitions, Errors error) {
    if (!(error.exception() instanceof RetriableException)) {
      throw error.exception();
    }
    LOG.info("No batches of {}: {}", partitions, error);
    leaders.keySet().removeAll(partitions);
    pause();
  }

  /** What it gives; empty where that may be had later. */
  private static <T> Optional<T> get(KafkaFuture<T> future) {
    try {
      return Optional.ofNullable(future.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        LOG.info("No answer of a broker: {}", e.getCause().toString());
        return Optional.empty();
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BACKOFF_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    client.close();
    metrics.close();
    admin.close(Duration.ofSeconds(1));
  }
}
