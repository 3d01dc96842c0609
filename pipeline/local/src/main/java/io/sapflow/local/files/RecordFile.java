package io.sapflow.local.files;

import io.sapflow.schema.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The entries of a file or of standard input ({@code -}), in order, unpacked and read as they are
 * asked for: rows of CSV where its name ends in {@code .csv}, otherwise JSON.
 *
 * @param <T> what entries hold
 */
public final class RecordFile<T> implements Iterator<FileEntry<T>>, AutoCloseable {

  /** What an entry holds. */
  interface Form<T> {
    T read(JsonRow row) throws BadRowException;
  }

  private final String name;
  private final Form<T> form;
  private final FieldMap map;
  private final RowsOfFile rows;
  private final MessageDigest digest = Digests.sha256();
  private final Set<FieldMap.Place> missed;
  private final UnknownFields unknown = new UnknownFields();
  private final boolean strict;
  private long passed;
  private boolean skipped;
  private boolean ended;
  private boolean fetched;
  private long line;
  private Rows.Row next;

  private RecordFile(Path file, Form<T> form, Reading reading) throws IOException {
    this.name = reading.nameOf(file);
    this.form = form;
    this.map = reading.map();
    this.strict = reading.strict();
    this.missed = new HashSet<>(map.places());
    this.rows = RowsOfFile.open(file, reading.sniffed());
    try {
      advance();
    } catch (IOException e) {
      rows.close();
      throw e;
    }
  }

  /**
   * Opens a file of which at least one entry can be read.
   *
   * @param right what would be right, for messages
   * @throws IllegalArgumentException otherwise, in one line that names the file
   */
  static <T> RecordFile<T> open(Path file, String right, Form<T> form) {
    return open(file, right, form, Reading.PLAIN);
  }

  /**
   * The same, read in some way. Of standard input, which can be read once, no more is known than
   * that it holds an entry.
   */
  static <T> RecordFile<T> open(Path file, String right, Form<T> form, Reading reading) {
    boolean standard = Reading.isStandardInput(file);
    String name = reading.nameOf(file);
    String wrong = standard ? null : fault(file);
    if (wrong != null) {
      throw new IllegalArgumentException(name + ": " + wrong + "; expected " + right);
    }
    try {
      if (!standard) {
        try (RecordFile<T> attempt = new RecordFile<>(file, form, reading)) {
          attempt.requireOne(right);
        }
      }
      RecordFile<T> opened = new RecordFile<>(file, form, reading);
      if (!opened.hasNext()) {
        opened.close();
        opened.requireOne(right);
      }
      return opened;
    } catch (DamagedException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage() + "; expected " + right, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          name + ": it cannot be read (" + e.getClass().getSimpleName() + "); expected " + right,
          e);
    }
  }

  /** Why a file cannot be opened; null if it can. */
  private static String fault(Path file) {
    if (!Files.exists(file)) {
      return "no such file";
    }
    if (Files.isDirectory(file)) {
      return "it is a directory";
    }
    if (!Files.isRegularFile(file)) {
      return "it is no regular file";
    }
    return Files.isReadable(file) ? null : "it cannot be read";
  }

  private void requireOne(String right) {
    String firstFault = null;
    while (hasNext()) {
      FileEntry<T> entry = next();
      if (!(entry instanceof FileEntry.BadLine<T> bad)) {
        return;
      }
      firstFault = firstFault == null ? bad.message() : firstFault;
    }
    throw new IllegalArgumentException(
        firstFault == null
            ? name + ": it holds no entry; expected " + right
            : firstFault
                + "; no other entry of the file can be read either: it should be "
                + right);
  }

  /**
   * Whether there is one more entry. It is read when this is asked, not before: whoever writes to
   * standard input may wait for what becomes of the one before it.
   */
  @Override
  public boolean hasNext() {
    if (!fetched) {
      try {
        advance();
      } catch (IOException e) {
        throw new UncheckedIOException(
            name
                + ": it cannot be read on behind line "
                + line
                + " ("
                + e.getClass().getSimpleName()
                + ")",
            e);
      }
    }
    return next != null;
  }

  /**
   * The next entry.
   *
   * @throws UncheckedIOException naming the file, if it cannot be read on
   */
  @Override
  public FileEntry<T> next() {
    return read(take());
  }

  /** Goes past the next entry, whatever it holds. */
  public void skip() {
    skipped = true;
    take();
  }

  private Rows.Row take() {
    if (!hasNext()) {
      throw new NoSuchElementException(name + " has no more entries");
    }
    Rows.Row row = next;
    fetched = false;
    if (!row.open()) {
      passed++;
      digest.update(
          ByteBuffer.allocate(2 * Long.BYTES).putLong(row.number()).putLong(row.length()).flip());
      digest.update(row.bytes());
    }
    return row;
  }

  /**
   * How far it has been gone through: up to an entry that is cut by the end of what can be read,
   * which a whole file will have another one instead of.
   */
  public FilePlace place() {
    try {
      return new FilePlace(
          passed, HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest()));
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("every JVM's SHA-256 can be cloned", e);
    }
  }

  /** Which share of it has been read, from 0 to 1; below 0 where nobody knows its size. */
  public double share() {
    return rows.share();
  }

  /** What messages call it. */
  public String name() {
    return name;
  }

  /** The fields so far that nothing is done with. */
  public UnknownFields unknown() {
    return unknown;
  }

  /**
   * What is not used of it, a line each: fields of entries, and places of the map that none had,
   * where all entries were looked at.
   */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(unknown.lines(name));
    for (FieldMap.Place place : map.places()) {
      if (!skipped && missed.contains(place)) {
        notes.add(name + ": --map " + place + ": no row has such a field");
      }
    }
    return notes;
  }

  private FileEntry<T> read(Rows.Row row) {
    if (row.fault() != null) {
      return bad(row, row.fault());
    }
    if (row.length() > RowSplitter.LONGEST) {
      return bad(row, "found " + row.length() + " bytes, expected at most " + RowSplitter.LONGEST);
    }
    try {
      FieldMap.Mapped mapped = map.apply(row.bytes());
      missed.removeAll(mapped.found());
      JsonRow json =
          mapped.object() == null
              ? JsonRow.parse(row.number(), row.bytes())
              : JsonRow.of(row.number(), mapped.object());
      T value = form.read(json);
      know(json.unknown());
      return new FileEntry.Parsed<>(row.number(), value);
    } catch (BadRowException e) {
      return bad(row, e.getMessage());
    }
  }

  private void know(Set<String> fields) throws BadRowException {
    unknown.add(fields);
    if (strict && !fields.isEmpty()) {
      throw new BadRowException(
          "found the field(s) "
              + UnknownFields.names(fields)
              + ", expected only fields that are used (--strict)");
    }
  }

  private FileEntry<T> bad(Rows.Row row, String message) {
    String element = rows.isArray() ? " (element " + row.number() + ")" : "";
    byte[] bytes = row.bytes();
    return new FileEntry.BadLine<>(
        row.number(),
        name + ":" + row.line() + element + ": " + message,
        bytes.length > RowSplitter.KEPT ? Arrays.copyOf(bytes, RowSplitter.KEPT) : bytes);
  }

  private void advance() throws IOException {
    try {
      next = ended ? null : rows.next();
    } catch (DamagedException e) {
      ended = true;
      next = rows.cut(e.getMessage());
    }
    ended |= next == null;
    fetched = true;
    line = next == null ? line : next.line();
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": it cannot be closed", e);
    }
  }
}
