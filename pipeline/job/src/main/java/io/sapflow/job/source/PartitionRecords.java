package io.sapflow.job.source;

import io.sapflow.ingest.Measure;
import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MutableRecordBatch;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;

/** Committed records of one partition, in their order, out of what was fetched. */
final class PartitionRecords {

  private static final Comparator<AbortedTransaction> BY_OFFSET =
      Comparator.comparingLong(AbortedTransaction::firstOffset);

  private final TopicPartition partition;
  private final long mostBytes;
  private final SkippedRecords skipped;

  /** Of records that stand for those which cannot be read. */
  private final Deque<ConsumerRecord<byte[], byte[]>> unread = new ArrayDeque<>();

  private Iterator<MutableRecordBatch> batches = Collections.emptyIterator();
  private PriorityQueue<AbortedTransaction> aborted = new PriorityQueue<>(BY_OFFSET);
  private Set<Long> abortedProducers = new HashSet<>();
  private RecordBatch batch;
  private BatchRecords open;
  private long position;

  /**
   * A partition of which nothing was fetched yet.
   *
   * @param position where it is read from
   * @param mostBytes of a record that is held
   * @param skipped records that need not be readable
   */
  PartitionRecords(
      TopicPartition partition, long position, long mostBytes, SkippedRecords skipped) {
    this.partition = partition;
    this.position = position;
    this.mostBytes = mostBytes;
    this.skipped = skipped;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Offset behind everything that was handed on. */
  long position() {
    return position;
  }

  /** Goes on from another offset. */
  void seek(long offset) {
    position = offset;
  }

  /** Whether all that was fetched is handed on. */
  boolean isEmpty() {
    return open == null && unread.isEmpty() && !batches.hasNext();
  }

  /** Takes what was fetched from the position on. */
  void take(MemoryRecords records, List<AbortedTransaction> transactions) {
    batches = records.batches().iterator();
    aborted = new PriorityQueue<>(BY_OFFSET);
    abortedProducers = new HashSet<>();
    if (transactions != null) {
      aborted.addAll(transactions);
    }
  }

  /**
   * The next record; null where more must be fetched.
   *
   * @throws SuppressRestartsException naming the place of a record that cannot be read
   */
  ConsumerRecord<byte[], byte[]> next() {
    while (true) {
      if (!unread.isEmpty()) {
        return advanced(unread.removeFirst());
      }
      if (open == null) {
        if (!openNext()) {
          return null;
        }
        continue;
      }
      ConsumerRecord<byte[], byte[]> record = readOpen();
      if (record != null && record.offset() >= position) {
        return advanced(record);
      }
    }
  }

  private ConsumerRecord<byte[], byte[]> advanced(ConsumerRecord<byte[], byte[]> record) {
    position = record.offset() + 1;
    return record;
  }

  private ConsumerRecord<byte[], byte[]> readOpen() {
    try {
      ConsumerRecord<byte[], byte[]> record = open.next();
      if (record == null) {
        closeOpen();
        position = Math.max(position, batch.nextOffset());
      }
      return record;
    } catch (UnreadableBatchException e) {
      closeOpen();
      goPast(e.offset(), e);
      return null;
    }
  }

  private boolean isSkipped(long offset) {
    return skipped.contains(partition.topic(), partition.partition(), offset);
  }

  /** Lets go of the batch that is open, if one is. */
  void close() {
    if (open != null) {
      closeOpen();
    }
  }

  private void closeOpen() {
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      open = null;
    }
  }

  /** Goes to the next batch that has something to hand on; whether there was one. */
  private boolean openNext() {
    while (batches.hasNext()) {
      batch = batches.next();
      if (batch.lastOffset() < position) {
        continue;
      }
      try {
        batch.ensureValid();
        if (isRead()) {
          openBatch();
          return true;
        }
        position = batch.nextOffset();
      } catch (RuntimeException | OutOfMemoryError e) {
        goPast(batch.baseOffset(), e);
        return true;
      }
    }
    return false;
  }

  private void openBatch() {
    if (!(batch instanceof DefaultRecordBatch current)) {
      throw new KafkaException("a batch of the old format " + batch.magic());
    }
    open = new BatchRecords(partition, current, mostBytes);
  }

  /** Whether it holds records that are committed. */
  private boolean isRead() {
    while (!aborted.isEmpty() && aborted.peek().firstOffset() <= batch.lastOffset()) {
      abortedProducers.add(aborted.poll().producerId());
    }
    if (batch.isControlBatch()) {
      Iterator<Record> marker = batch.iterator();
      if (marker.hasNext()
          && ControlRecordType.parse(marker.next().key()) == ControlRecordType.ABORT) {
        abortedProducers.remove(batch.producerId());
      }
      return false;
    }
    return !(batch.isTransactional() && abortedProducers.contains(batch.producerId()));
  }

  /** Puts references in the place of what cannot be read, if that is wanted. */
  private void goPast(long offset, Throwable cause) {
    if (!isSkipped(offset) && !isSkipped(position)) {
      String place = partition.topic() + ":" + partition.partition() + ":" + offset;
      StackException failure =
          new StackException(
              "topic "
                  + partition.topic()
                  + ", partition "
                  + partition.partition()
                  + ", offset "
                  + offset
                  + ": the record cannot be read ("
                  + cause.getMessage()
                  + "); --skip "
                  + place
                  + " goes on past it and the rest of its batch, to offset "
                  + batch.lastOffset(),
              cause);
      // Memory may be short for another reason, and a restart may mend it.
      boolean memory =
          cause instanceof OutOfMemoryError || cause.getCause() instanceof OutOfMemoryError;
      throw memory ? failure : new SuppressRestartsException(failure);
    }
    for (long each = Math.max(offset, position); each <= batch.lastOffset(); each++) {
      unread.add(
          new LargeRecord(
              partition,
              each,
              batch.timestampType(),
              batch.maxTimestamp(),
              new Measure(0, 0, 0),
              ""));
    }
  }
}
