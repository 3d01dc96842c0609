package io.sapflow.local.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * The entries of a file, in order, read as they are asked for: rows of CSV where its name ends in
 * {@code .csv}, otherwise JSON.
 *
 * @param <T> what entries hold
 */
public final class RecordFile<T> implements Iterator<FileEntry<T>>, AutoCloseable {

  /** What an entry holds. */
  interface Form<T> {
    T read(JsonRow row) throws BadRowException;
  }

  private final Path file;
  private final Form<T> form;
  private final Rows rows;
  private Rows.Row next;

  private RecordFile(Path file, Form<T> form) throws IOException {
    this.file = file;
    this.form = form;
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    boolean csv = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    this.rows = csv ? new CsvRows(in) : new RowSplitter(in);
    advance();
  }

  /**
   * Opens a file of which at least one entry can be read.
   *
   * @param right what would be right, for messages
   * @throws IllegalArgumentException otherwise, in one line that names the file
   */
  static <T> RecordFile<T> open(Path file, String right, Form<T> form) {
    String wrong =
        !Files.exists(file)
            ? "no such file"
            : Files.isDirectory(file)
                ? "it is a directory"
                : !Files.isRegularFile(file)
                    ? "it is no regular file"
                    : !Files.isReadable(file) ? "it cannot be read" : null;
    if (wrong != null) {
      throw new IllegalArgumentException(file + ": " + wrong + "; expected " + right);
    }
    try {
      try (RecordFile<T> attempt = new RecordFile<>(file, form)) {
        attempt.requireOne(right);
      }
      return new RecordFile<>(file, form);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": it cannot be read (" + e.getClass().getSimpleName() + "); expected " + right,
          e);
    }
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
            ? file + ": it holds no entry; expected " + right
            : firstFault
                + "; no other entry of the file can be read either: it should be "
                + right);
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /**
   * The next entry.
   *
   * @throws UncheckedIOException naming the file, if it cannot be read on
   */
  @Override
  public FileEntry<T> next() {
    if (next == null) {
      throw new NoSuchElementException(file + " has no more entries");
    }
    FileEntry<T> entry = read(next);
    try {
      advance();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": it cannot be read on", e);
    }
    return entry;
  }

  private FileEntry<T> read(Rows.Row row) {
    if (row.fault() != null) {
      return bad(row, row.fault());
    }
    if (row.length() > RowSplitter.LONGEST) {
      return bad(row, "found " + row.length() + " bytes, expected at most " + RowSplitter.LONGEST);
    }
    try {
      return new FileEntry.Parsed<>(
          row.number(), form.read(JsonRow.parse(row.number(), row.bytes())));
    } catch (BadRowException e) {
      return bad(row, e.getMessage());
    }
  }

  private FileEntry<T> bad(Rows.Row row, String message) {
    String element = rows.isArray() ? " (element " + row.number() + ")" : "";
    byte[] bytes = row.bytes();
    return new FileEntry.BadLine<>(
        row.number(),
        file + ":" + row.line() + element + ": " + message,
        bytes.length > RowSplitter.KEPT ? Arrays.copyOf(bytes, RowSplitter.KEPT) : bytes);
  }

  private void advance() throws IOException {
    next = rows.next();
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": it cannot be closed", e);
    }
  }
}
