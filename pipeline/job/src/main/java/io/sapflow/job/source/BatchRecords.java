package io.sapflow.job.source;

import io.sapflow.ingest.Measure;
import io.sapflow.schema.Digests;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.DefaultRecord;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.Utils;

/**
 * The records of one batch, opened as they are asked for: of a record beyond the bound no more than
 * a piece is in memory at a time.
 */
final class BatchRecords implements AutoCloseable {

  /** A varint's most bytes. */
  private static final int LENGTH_BYTES = 5;

  /** What a record's own lengths and deltas add to its key, value and headers, with room. */
  private static final int BESIDE = 1 << 12;

  private static final int PIECE = 1 << 13;

  private final TopicPartition partition;
  private final DefaultRecordBatch batch;
  private final long mostBytes;
  private final InputStream in;
  private int left;
  private long expected;

  /**
   * Records of a batch.
   *
   * @param mostBytes of a record that is held
   */
  BatchRecords(TopicPartition partition, DefaultRecordBatch batch, long mostBytes) {
    this.partition = partition;
    this.batch = batch;
    this.mostBytes = mostBytes;
    this.in = new BufferedInputStream(batch.recordInputStream(BufferSupplier.create()), PIECE);
    this.left = batch.countOrNull();
    this.expected = batch.baseOffset();
  }

  /**
   * The next record; null behind the last.
   *
   * @throws UnreadableBatchException if there is one, but no way to read it
   */
  ConsumerRecord<byte[], byte[]> next() throws UnreadableBatchException {
    if (left == 0) {
      return null;
    }
    try {
      int size = ByteUtils.readVarint(in);
      if (size < 0) {
        throw new EOFException("a record of " + size + " bytes");
      }
      ConsumerRecord<byte[], byte[]> record =
          size <= mostBytes + BESIDE ? whole(size) : measured(size);
      left--;
      expected = record.offset() + 1;
      return record;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // A codec allocates what a block claims to hold.
      throw new UnreadableBatchException(expected, e);
    }
  }

  private ConsumerRecord<byte[], byte[]> whole(int size) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(LENGTH_BYTES + size);
    ByteUtils.writeVarint(size, body);
    if (in.readNBytes(body.array(), body.position(), size) < size) {
      throw new EOFException("a record of " + size + " bytes ends before that");
    }
    body.limit(body.position() + size).rewind();
    Record record =
        DefaultRecord.readFrom(
            body, batch.baseOffset(), batch.baseTimestamp(), batch.baseSequence(), appendTime());
    byte[] key = record.hasKey() ? Utils.toArray(record.key()) : null;
    byte[] value = record.hasValue() ? Utils.toArray(record.value()) : null;
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        record.offset(),
        record.timestamp(),
        batch.timestampType(),
        key == null ? ConsumerRecord.NULL_SIZE : key.length,
        value == null ? ConsumerRecord.NULL_SIZE : value.length,
        key,
        value,
        new RecordHeaders(record.headers()),
        Optional.empty());
  }

  private LargeRecord measured(int size) throws IOException {
    Body body = new Body(size);
    body.skipNBytes(1);
    long timestamp = batch.baseTimestamp() + ByteUtils.readVarlong(body);
    long offset = batch.baseOffset() + ByteUtils.readVarint(body);
    long bytes = body.skipPart();
    MessageDigest digest = Digests.sha256();
    bytes += body.digestPart(digest);
    int headers = ByteUtils.readVarint(body);
    long headerBytes = 0;
    for (int i = 0; i < headers; i++) {
      headerBytes += body.skipPart();
      headerBytes += body.skipPart();
    }
    body.skipNBytes(body.left);
    return new LargeRecord(
        partition,
        offset,
        batch.timestampType(),
        appendTime() == null ? timestamp : appendTime(),
        new Measure(bytes + headerBytes, headers, headerBytes),
        HexFormat.of().formatHex(digest.digest()));
  }

  private Long appendTime() {
    return batch.timestampType() == TimestampType.LOG_APPEND_TIME ? batch.maxTimestamp() : null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The bytes of one record. */
  private final class Body extends InputStream {

    private long left;

    Body(int size) {
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      int read = left == 0 ? -1 : in.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int read = left == 0 ? -1 : in.read(bytes, from, (int) Math.min(count, left));
      left -= Math.max(read, 0);
      return read;
    }

    /** Goes past a part that its length stands before; its length. */
    long skipPart() throws IOException {
      int length = Math.max(0, ByteUtils.readVarint(this));
      skipNBytes(length);
      return length;
    }

    /** Digests such a part; its length. */
    long digestPart(MessageDigest digest) throws IOException {
      int length = Math.max(0, ByteUtils.readVarint(this));
      byte[] piece = new byte[PIECE];
      for (int done = 0; done < length; ) {
        int read = read(piece, 0, Math.min(PIECE, length - done));
        if (read < 0) {
          throw new EOFException("a value of " + length + " bytes ends at " + done);
        }
        digest.update(piece, 0, read);
        done += read;
      }
      return length;
    }
  }
}
