package io.sapflow.local.files;

import java.io.Closeable;
import java.io.IOException;

/** The entries of a file, each as the bytes of a JSON object, in order. */
interface Rows extends Closeable {

  /**
   * The bytes of an entry.
   *
   * @param number the line, or the index in the array, from 1
   * @param line the line it begins on, from 1
   * @param bytes its bytes, at most {@link RowSplitter#LONGEST}
   * @param length how many it had
   * @param fault what is wrong with where it stands, or null
   * @param open whether it seems to be cut by the end of what can be read: it is a bad one now, and
   *     may be a whole one once the file is
   */
  record Row(long number, long line, byte[] bytes, long length, String fault, boolean open) {}

  /** The next entry, or null at the end. */
  Row next() throws IOException;

  /** An entry without bytes for the place where reading has ended, and what is wrong there. */
  Row cut(String fault);

  /** Whether entries are counted as elements of an array, not by their lines. */
  boolean isArray();
}
