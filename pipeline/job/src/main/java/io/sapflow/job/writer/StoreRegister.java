package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files {@code <store>/.writer/<generation>.json}, of which the one with the highest number
 * counts. A new one is written only if there is none of its name, so of several who want to be the
 * next writer one succeeds; nobody needs a lock.
 */
final class StoreRegister implements WriterRegister {

  static final String DIRECTORY = ".writer";

  private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,17})\\.json");
  private static final int MOST_BYTES = 1 << 16;

  /** Generations that stay, for people. */
  private static final int KEPT = 8;

  private final VersionFiles files;
  private final String key;

  /**
   * The register of a store.
   *
   * @param key of the option that names the store
   */
  StoreRegister(VersionFiles files, String key) {
    this.files = files;
    this.key = key;
  }

  @Override
  public Optional<WriterEntry> read() throws IOException {
    TreeSet<Long> generations = generations();
    return generations.isEmpty() ? Optional.empty() : Optional.of(read(generations.last()));
  }

  private TreeSet<Long> generations() throws IOException {
    List<String> names = files.list(DIRECTORY);
    TreeSet<Long> generations = new TreeSet<>();
    for (String name : names) {
      if (NAME.matcher(name).matches()) {
        generations.add(Long.parseLong(name.substring(0, name.indexOf('.'))));
      }
    }
    return generations;
  }

  private WriterEntry read(long generation) throws IOException {
    try (InputStream in = files.open(path(generation))) {
      return WriterEntry.parse(generation, in.readNBytes(MOST_BYTES));
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Where a file is replaced by deleting it, it may be gone for a moment.
      return WriterEntry.parse(generation, new byte[0]);
    }
  }

  @Override
  public boolean write(WriterEntry before, WriterEntry entry) throws IOException {
    if (before == null || entry.generation() > before.generation()) {
      if (!files.createNew(path(entry.generation()), entry.toBytes())) {
        return false;
      }
      for (long old : generations().headSet(entry.generation() - KEPT)) {
        files.delete(path(old));
      }
      return true;
    }
    // Only the writer of a generation writes to its file.
    Optional<WriterEntry> present = read();
    boolean own =
        present.isPresent()
            && present.get().generation() == entry.generation()
            && (present.get().isOf(entry.writer()) || present.get().isUnreadable());
    if (!own) {
      return false;
    }
    files.replace(path(entry.generation()), entry.toBytes());
    return true;
  }

  @Override
  public String what() {
    return "the store " + files.uri("");
  }

  @Override
  public String key() {
    return key;
  }

  private static String path(long generation) {
    return DIRECTORY + "/" + generation + ".json";
  }

  @Override
  public void close() {}
}
