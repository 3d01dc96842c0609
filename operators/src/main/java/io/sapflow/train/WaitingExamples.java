package io.sapflow.train;

import io.sapflow.schema.HeldExample;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Examples that were taken in, and that their adapters have not had yet: in keyed state, a row for
 * each, so that taking one in costs nothing but its own bytes. What is in memory of an adapter is
 * how many there are.
 */
final class WaitingExamples {

  /** Where the rows are, by adapter and number. */
  interface Rows {

    /** All of an adapter's. */
    Iterable<Map.Entry<Long, byte[]>> all(String adapterId) throws Exception;

    void put(String adapterId, long number, byte[] row) throws Exception;

    /** Takes a row out. */
    byte[] take(String adapterId, long number) throws Exception;
  }

  /** What an example costs beside its bytes. */
  private static final int ROW_BYTES = 256;

  /** The numbers of an adapter's rows: from the oldest to before the next that comes. */
  private static final class Line {
    private long first;
    private long next;
  }

  private final Rows rows;
  private final StateCodec<HeldExample> codec = StateCodec.of(HeldExample.class);
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private long bytes;

  /** None waits. */
  WaitingExamples(Rows rows) {
    this.rows = rows;
  }

  /** Finds what waits of an adapter. */
  void restore(String adapterId) throws Exception {
    Line line = new Line();
    line.first = Long.MAX_VALUE;
    for (Map.Entry<Long, byte[]> row : rows.all(adapterId)) {
      line.first = Math.min(line.first, row.getKey());
      line.next = Math.max(line.next, row.getKey() + 1);
      bytes += bytes(row.getValue());
    }
    if (line.next > 0) {
      lines.put(adapterId, line);
    }
  }

  /** Lets an example wait. */
  void add(String adapterId, HeldExample held) throws Exception {
    Line line = lines.computeIfAbsent(adapterId, id -> new Line());
    byte[] row = codec.encode(held);
    rows.put(adapterId, line.next++, row);
    bytes += bytes(row);
  }

  /** Takes the oldest example of an adapter that has some. */
  HeldExample take(String adapterId) throws Exception {
    Line line = lines.get(adapterId);
    byte[] row = rows.take(adapterId, line.first++);
    bytes -= bytes(row);
    if (line.first == line.next) {
      lines.remove(adapterId);
    }
    try {
      return codec.decode(row);
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(
          "adapter " + adapterId + ": an example that waits in state is none: " + e.getMessage(),
          e);
    }
  }

  private static long bytes(byte[] row) {
    return row.length + ROW_BYTES;
  }

  /** Whether any example of an adapter waits. */
  boolean has(String adapterId) {
    return lines.containsKey(adapterId);
  }

  /** The adapters that have some, in the order in which they came. */
  Set<String> adapterIds() {
    return lines.keySet();
  }

  /** What all of them hold. */
  long bytes() {
    return bytes;
  }
}
