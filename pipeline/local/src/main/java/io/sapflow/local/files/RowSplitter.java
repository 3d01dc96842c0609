package io.sapflow.local.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;

/**
 * Splits a file into the bytes of its entries: the lines of JSONL or the elements of a JSON array,
 * whichever it is. An entry with broken JSON ends where its line or its element does, so that the
 * ones after it are read. Blank lines and empty elements are no entries.
 */
final class RowSplitter implements Rows {

  /** The longest entry that is read, in bytes. */
  static final int LONGEST = 16 << 20;

  /** How many bytes are kept of an entry that is longer. */
  static final int KEPT = 512 << 10;

  /**
   * How long an entry may be for what stands behind it to be read: what unpacks to more never ends.
   */
  private static final long MOST = 1 << 30;

  private final PushbackInputStream in;
  private final long most;
  private final boolean array;
  private final ByteArrayOutputStream row = new ByteArrayOutputStream();
  private long length;
  private long line = 1;
  private long elements;
  private boolean arrayEnded;
  private boolean ended;

  /** Reads the start of the file, to see which form it has. */
  RowSplitter(InputStream stream) throws IOException {
    this(stream, MOST);
  }

  /** The same with another limit to an entry's length. */
  RowSplitter(InputStream stream, long most) throws IOException {
    this.most = most;
    in = new PushbackInputStream(stream, 3);
    byte[] mark = in.readNBytes(3);
    if (!(mark.length == 3
        && mark[0] == (byte) 0xEF
        && mark[1] == (byte) 0xBB
        && mark[2] == (byte) 0xBF)) {
      in.unread(mark);
    }
    int first = skipBlanks();
    array = first == '[';
    if (!array && first >= 0) {
      in.unread(first);
    }
  }

  @Override
  public boolean isArray() {
    return array;
  }

  @Override
  public Row next() throws IOException {
    if (ended) {
      return null;
    }
    return array ? nextElement() : nextLine();
  }

  private Row nextLine() throws IOException {
    while (true) {
      int first = skipBlanks();
      if (first < 0) {
        ended = true;
        return null;
      }
      begin();
      int b = first;
      while (b >= 0 && b != '\n') {
        keep(b);
        b = in.read();
      }
      ended = b < 0;
      Row found = end(line, line, null, ended && !isWhole());
      line++;
      return found;
    }
  }

  private Row nextElement() throws IOException {
    int first = arrayEnded ? skipBlanks() : skipEmptyElements();
    if (arrayEnded) {
      return afterTheArray(first);
    }
    begin();
    long begins = line;
    elements++;
    int depth = 0;
    boolean text = false;
    boolean escaped = false;
    for (int b = first; b >= 0; b = in.read()) {
      if (text) {
        text = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (depth == 0 && (b == ',' || b == ']')) {
        arrayEnded = b == ']';
        return end(elements, begins, null, false);
      } else if (b == '"') {
        text = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth = Math.max(0, depth - 1);
      }
      line += b == '\n' ? 1 : 0;
      keep(b);
    }
    ended = true;
    return end(elements, begins, "the array does not end: the file seems to be cut", true);
  }

  /** The first byte of an element; the end of the array is noted. */
  private int skipEmptyElements() throws IOException {
    int b = skipBlanks();
    while (b == ',') {
      b = skipBlanks();
    }
    if (b == ']') {
      arrayEnded = true;
      return skipBlanks();
    }
    return b;
  }

  private Row afterTheArray(int first) throws IOException {
    ended = true;
    if (first < 0) {
      return null;
    }
    begin();
    long begins = line;
    for (int b = first; b >= 0; b = in.read()) {
      keep(b);
    }
    return end(elements + 1, begins, "stands after the end of the array", true);
  }

  private int skipBlanks() throws IOException {
    while (true) {
      int b = in.read();
      if (b == '\n') {
        line++;
      } else if (b != ' ' && b != '\t' && b != '\r') {
        return b;
      }
    }
  }

  private void begin() {
    row.reset();
    length = 0;
  }

  private void keep(int b) throws DamagedException {
    length++;
    if (length > most) {
      throw new DamagedException(
          "found more than " + most + " bytes in one entry: nothing after it is read");
    }
    if (length <= LONGEST) {
      row.write(b);
    }
  }

  /**
   * Whether the line that was kept last is a whole object: one that no line break ends may be half
   * written, and half an object is none.
   */
  private boolean isWhole() {
    try {
      JsonRow.parse(line, row.toByteArray());
      return length <= LONGEST;
    } catch (BadRowException e) {
      return false;
    }
  }

  /** What was kept, without the blanks behind it that do not belong to it. */
  private Row end(long number, long begins, String fault, boolean open) {
    byte[] bytes = row.toByteArray();
    int last = bytes.length;
    if (length == last) {
      while (last > 0 && (bytes[last - 1] == '\r' || array && isBlank(bytes[last - 1]))) {
        last--;
      }
      length = last;
    }
    return new Row(number, begins, Arrays.copyOf(bytes, last), length, fault, open);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n';
  }

  @Override
  public Row cut(String fault) {
    ended = true;
    return new Row(array ? Math.max(1, elements) : line, line, new byte[0], 0, fault, true);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
