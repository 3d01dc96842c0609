package io.sapflow.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.Measure;
import io.sapflow.schema.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.EndTransactionMarker;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionRecordsTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 3);
  private static final int MOST = 10_000;
  private static final byte[] KEY = bytes("key");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SimpleRecord record(byte[] value) {
    Header[] headers = {new RecordHeader("name", bytes("abc")), new RecordHeader("none", null)};
    return new SimpleRecord(77, KEY, value, headers);
  }

  private static PartitionRecords from(long position, SkippedRecords skipped) {
    return new PartitionRecords(PARTITION, position, MOST, skipped);
  }

  private static MemoryRecords joined(MemoryRecords... parts) {
    int size = 0;
    for (MemoryRecords each : parts) {
      size += each.sizeInBytes();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (MemoryRecords each : parts) {
      all.put(each.buffer().duplicate());
    }
    return MemoryRecords.readableRecords(all.flip());
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(PartitionRecords records) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each = records.next();
        each != null;
        each = records.next()) {
      all.add(each);
    }
    return all;
  }

  private static List<Long> offsets(PartitionRecords records) {
    return all(records).stream().map(ConsumerRecord::offset).toList();
  }

  @ParameterizedTest
  @EnumSource
  void record_ofEveryCodec_isReadWhole_andALargeOneMeasured(CompressionType codec) {
    byte[] large = new byte[3 << 20];
    large[1 << 20] = 7;
    PartitionRecords records = from(0, SkippedRecords.NONE);
    records.take(
        MemoryRecords.withRecords(
            70, Compression.of(codec).build(), record(bytes("one")), record(large), record(null)),
        null);
    List<ConsumerRecord<byte[], byte[]>> read = all(records);
    assertThat(read).extracting(ConsumerRecord::offset).containsExactly(70L, 71L, 72L);
    assertThat(read).extracting(ConsumerRecord::timestamp).containsOnly(77L);
    assertThat(read.get(0).value()).isEqualTo(bytes("one"));
    assertThat(read.get(0).key()).isEqualTo(KEY);
    assertThat(read.get(0).headers().lastHeader("name").value()).isEqualTo(bytes("abc"));
    assertThat(read.get(1)).isInstanceOf(LargeRecord.class);
    LargeRecord measured = (LargeRecord) read.get(1);
    assertThat(measured.measure()).isEqualTo(new Measure((3 << 20) + 3 + 11, 2, 11));
    assertThat(measured.sha256()).isEqualTo(Digests.sha256(large));
    assertThat(measured.value()).isNull();
    assertThat(read.get(2).value()).isNull();
    assertThat(records.position()).isEqualTo(73);
  }

  @Test
  void position_withinABatch_isWhereItGoesOn() {
    PartitionRecords records = from(11, SkippedRecords.NONE);
    records.take(
        MemoryRecords.withRecords(10, Compression.NONE, record(KEY), record(KEY), record(KEY)),
        null);
    assertThat(records.isEmpty()).isFalse();
    assertThat(offsets(records)).containsExactly(11L, 12L);
    assertThat(records.isEmpty()).isTrue();
  }

  @Test
  void abortedTransactions_andMarkers_areNotRead() {
    PartitionRecords records = from(0, SkippedRecords.NONE);
    records.take(
        joined(
            MemoryRecords.withTransactionalRecords(
                0, Compression.NONE, 5, (short) 0, 0, 0, record(KEY), record(KEY)),
            MemoryRecords.withTransactionalRecords(
                2, Compression.NONE, 6, (short) 0, 0, 0, record(KEY)),
            MemoryRecords.withEndTransactionMarker(
                3, 0, 0, 5, (short) 0, new EndTransactionMarker(ControlRecordType.ABORT, 0)),
            MemoryRecords.withTransactionalRecords(
                4, Compression.NONE, 5, (short) 0, 2, 0, record(KEY)),
            MemoryRecords.withEndTransactionMarker(
                5, 0, 0, 5, (short) 0, new EndTransactionMarker(ControlRecordType.COMMIT, 0))),
        List.of(new AbortedTransaction().setProducerId(5).setFirstOffset(0)));
    assertThat(offsets(records)).containsExactly(2L, 4L);
    assertThat(records.position()).isEqualTo(6);
  }

  /**
   * A batch of three that is no gzip stream.
   *
   * @param checked whether its checksum is right all the same
   */
  private static MemoryRecords broken(boolean checked) {
    MemoryRecords good =
        MemoryRecords.withRecords(
            20, Compression.gzip().build(), record(KEY), record(new byte[100]), record(KEY));
    byte[] bytes = new byte[good.sizeInBytes()];
    good.buffer().duplicate().get(bytes);
    bytes[DefaultRecordBatch.RECORD_BATCH_OVERHEAD] ^= 0x55;
    if (checked) {
      CRC32C sum = new CRC32C();
      int from = DefaultRecordBatch.CRC_OFFSET + Integer.BYTES;
      sum.update(bytes, from, bytes.length - from);
      ByteBuffer.wrap(bytes).putInt(DefaultRecordBatch.CRC_OFFSET, (int) sum.getValue());
    }
    return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recordThatCannotBeRead_failsForGood_namingItsPlace_andWhatGoesOnPastIt(boolean checked) {
    PartitionRecords records = from(0, SkippedRecords.NONE);
    records.take(broken(checked), null);
    assertThatThrownBy(records::next)
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageStartingWith("topic t, partition 3, offset 20: the record cannot be read (")
        .hasMessageEndingWith(
            "); --skip t:3:20 goes on past it and the rest of its batch, to offset 22");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recordThatCannotBeRead_butIsSkipped_isGonePastWithTheRestOfItsBatch(boolean checked) {
    PartitionRecords records =
        from(0, new SkippedRecords(Set.of(new SkippedRecords.Place("t", 3, 20))));
    records.take(
        joined(broken(checked), MemoryRecords.withRecords(23, Compression.NONE, record(KEY))),
        null);
    List<ConsumerRecord<byte[], byte[]>> read = all(records);
    assertThat(read).extracting(ConsumerRecord::offset).containsExactly(20L, 21L, 22L, 23L);
    assertThat(read.subList(0, 3)).allMatch(each -> each instanceof LargeRecord);
    assertThat(read.get(3).value()).isEqualTo(KEY);
  }

  @Test
  void batchThatIsSkipped_isGonePastAlsoAfterARestartInItsMiddle() {
    PartitionRecords records =
        from(21, new SkippedRecords(Set.of(new SkippedRecords.Place("t", 3, 20))));
    records.take(broken(true), null);
    assertThat(all(records)).extracting(ConsumerRecord::offset).containsExactly(21L, 22L);
  }

  @Test
  void places_areReadAsTopicPartitionOffset_andNothingElse() {
    SkippedRecords skipped = SkippedRecords.of("k", List.of("a.b-c:0:17", " t:3:4 "));
    assertThat(skipped.contains("a.b-c", 0, 17)).isTrue();
    assertThat(skipped.contains("t", 3, 4)).isTrue();
    assertThat(skipped.contains("t", 3, 5)).isFalse();
    assertThatThrownBy(() -> SkippedRecords.of("k", List.of("t:3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k: found t:3, expected TOPIC:PARTITION:OFFSET");
  }
}
