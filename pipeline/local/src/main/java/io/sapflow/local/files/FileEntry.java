package io.sapflow.local.files;

/**
 * An entry of a file: what it holds, or why it cannot be read.
 *
 * @param <T> what entries hold
 */
public sealed interface FileEntry<T> permits FileEntry.Parsed, FileEntry.BadLine {

  /** Where it stands: the line in JSONL, the index in a JSON array, from 1. */
  long number();

  /** An entry that was read. */
  record Parsed<T>(long number, T value) implements FileEntry<T> {}

  /**
   * An entry that cannot be read.
   *
   * @param number where it stands
   * @param message one line that names file and line, what was found and what would be right; it
   *     quotes no content
   * @param bytes the entry's bytes, the first 512 KiB of them if there are more; may be empty
   */
  record BadLine<T>(long number, String message, byte[] bytes) implements FileEntry<T> {}
}
