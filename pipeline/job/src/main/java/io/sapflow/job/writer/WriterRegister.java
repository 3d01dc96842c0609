package io.sapflow.job.writer;

import java.io.IOException;
import java.util.Optional;

/**
 * Where the writer of something is entered. All that is needed of the place is one conditional
 * write: an entry takes the place of the one that its writer has seen, or none.
 */
interface WriterRegister extends AutoCloseable {

  /** The newest entry; empty before the first. */
  Optional<WriterEntry> read() throws IOException;

  /**
   * Enters a writer, or its next beat.
   *
   * @param before the entry that stands there, as it was read; null for none
   * @return whether it was entered; not, if another one has been in between
   */
  boolean write(WriterEntry before, WriterEntry entry) throws IOException;

  /** What is written, such as {@code the store file:/adapters}. */
  String what();

  /** The option that names it. */
  String key();

  @Override
  void close();
}
