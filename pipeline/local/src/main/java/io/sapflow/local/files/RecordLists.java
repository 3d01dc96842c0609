package io.sapflow.local.files;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Whole files at once, for those small enough and of which every entry must be right. */
public final class RecordLists {

  private RecordLists() {}

  /**
   * All entries of a file; the file is closed.
   *
   * @throws IllegalArgumentException for the first entry that cannot be read, in one line
   */
  public static <T> List<T> all(RecordFile<T> file) {
    return all(file, note -> {});
  }

  /**
   * The same.
   *
   * @param notes is told what is not used of the file
   */
  public static <T> List<T> all(RecordFile<T> file, Consumer<String> notes) {
    List<T> values = new ArrayList<>();
    try (file) {
      while (file.hasNext()) {
        FileEntry<T> entry = file.next();
        if (entry instanceof FileEntry.BadLine<T> bad) {
          throw new IllegalArgumentException(bad.message());
        }
        values.add(((FileEntry.Parsed<T>) entry).value());
      }
      file.notes().forEach(notes);
    }
    return values;
  }
}
