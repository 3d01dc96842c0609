package io.sapflow.job.source;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicAdmin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsRemoval;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads by Kafka's consumer where the broker refuses what would inflate. From the first topic on
 * that keeps the producer's compression, and from the first record that heap does not suffice for,
 * it opens batches itself, piece by piece, and leaves the consumer alone.
 */
final class BoundedSplitReader extends KafkaPartitionSplitReader {

  private static final Logger LOG = LoggerFactory.getLogger(BoundedSplitReader.class);

  /** What is handed on at a time, at most. */
  private static final int MOST_RECORDS = 500;

  private static final long MOST_BYTES = 4 << 20;

  private final Properties client;
  private final KafkaSourceReaderMetrics metrics;
  private final long mostBytes;
  private final SkippedRecords skipped;

  /** Where each partition is read on; an offset below zero is one of Flink's markers. */
  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();

  private final Map<TopicPartition, PartitionRecords> opened = new LinkedHashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private BatchFetcher fetcher;
  private int turn;

  /**
   * A reader.
   *
   * @param mostBytes of a record that is held
   * @param skipped records that need not be readable
   */
  BoundedSplitReader(
      Properties client,
      SourceReaderContext context,
      KafkaSourceReaderMetrics metrics,
      long mostBytes,
      SkippedRecords skipped) {
    super(client, context, metrics);
    this.client = client;
    this.metrics = metrics;
    this.mostBytes = mostBytes;
    this.skipped = skipped;
  }

  @Override
  public RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetch() throws IOException {
    if (fetcher != null) {
      return open();
    }
    RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetched;
    try {
      fetched = super.fetch();
    } catch (OutOfMemoryError e) {
      LOG.warn("A record is too large to be read at once: batches are opened piece by piece", e);
      fetcher = new BatchFetcher(client);
      return open();
    }
    return noted(fetched);
  }

  private RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> noted(
      RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetched) {
    Map<String, Collection<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    String split = fetched.nextSplit();
    while (split != null) {
      ConsumerRecord<byte[], byte[]> record = fetched.nextRecordFromSplit();
      while (record != null) {
        records.computeIfAbsent(split, each -> new ArrayList<>()).add(record);
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        record = fetched.nextRecordFromSplit();
      }
      split = fetched.nextSplit();
    }
    Set<String> finished = fetched.finishedSplits();
    fetched.recycle();
    return new RecordsBySplits<>(records, finished);
  }

  private RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> open() {
    List<PartitionRecords> partitions = new ArrayList<>();
    positions.keySet().stream()
        .filter(each -> !paused.contains(each))
        .forEach(
            each ->
                partitions.add(
                    opened.computeIfAbsent(
                        each,
                        partition ->
                            new PartitionRecords(
                                partition, position(partition), mostBytes, skipped))));
    if (partitions.stream().allMatch(PartitionRecords::isEmpty)) {
      // A broker gives the first what is larger than its share.
      Collections.rotate(partitions, turn++);
      fetcher.fetch(partitions);
    }
    Map<String, Collection<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    long bytes = 0;
    int count = 0;
    for (PartitionRecords each : partitions) {
      ConsumerRecord<byte[], byte[]> record = null;
      while (count < MOST_RECORDS && bytes < MOST_BYTES && (record = each.next()) != null) {
        records
            .computeIfAbsent(
                KafkaPartitionSplit.toSplitId(each.partition()), split -> new ArrayList<>())
            .add(record);
        metrics.recordCurrentOffset(each.partition(), record.offset());
        bytes +=
            Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        count++;
      }
      positions.put(each.partition(), each.position());
    }
    return new RecordsBySplits<>(records, Set.of());
  }

  private long position(TopicPartition partition) {
    long position = positions.get(partition);
    if (position >= 0) {
      return position;
    }
    if (position == KafkaPartitionSplit.COMMITTED_OFFSET) {
      return fetcher
          .committed(partition, client.getProperty("group.id"))
          .orElseGet(() -> fetcher.offset(partition, OffsetSpec.earliest()));
    }
    return fetcher.offset(
        partition,
        position == KafkaPartitionSplit.LATEST_OFFSET
            ? OffsetSpec.latest()
            : OffsetSpec.earliest());
  }

  @Override
  public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
    super.handleSplitsChanges(change);
    if (change instanceof SplitsRemoval) {
      change.splits().forEach(split -> positions.remove(split.getTopicPartition()));
      change.splits().forEach(split -> close(opened.remove(split.getTopicPartition())));
    }
    if (change instanceof SplitsAddition) {
      change
          .splits()
          .forEach(split -> positions.put(split.getTopicPartition(), split.getStartingOffset()));
      if (fetcher == null && anyKeepsCompressed(change.splits())) {
        fetcher = new BatchFetcher(client);
      }
    }
  }

  private static void close(PartitionRecords records) {
    if (records != null) {
      records.close();
    }
  }

  private boolean anyKeepsCompressed(List<KafkaPartitionSplit> splits) {
    try (TopicAdmin admin = new TopicAdmin(KafkaClients.of(client))) {
      return splits.stream()
          .map(KafkaPartitionSplit::getTopic)
          .distinct()
          .anyMatch(topic -> !admin.isUncompressed(topic));
    }
  }

  @Override
  public void pauseOrResumeSplits(
      Collection<KafkaPartitionSplit> toPause, Collection<KafkaPartitionSplit> toResume) {
    super.pauseOrResumeSplits(toPause, toResume);
    toResume.forEach(split -> paused.remove(split.getTopicPartition()));
    toPause.forEach(split -> paused.add(split.getTopicPartition()));
  }

  @Override
  public void notifyCheckpointComplete(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    if (fetcher == null || offsets.isEmpty()) {
      super.notifyCheckpointComplete(offsets, callback);
    } else {
      // The consumer, which is not asked for records, would not hear the answer.
      fetcher.commit(client.getProperty("group.id"), offsets, callback);
    }
  }

  @Override
  public void close() throws Exception {
    opened.values().forEach(PartitionRecords::close);
    if (fetcher != null) {
      fetcher.close();
    }
    super.close();
  }
}
