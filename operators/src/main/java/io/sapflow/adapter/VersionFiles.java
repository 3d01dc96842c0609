package io.sapflow.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The file system below a version store. Paths are relative to the store's root, with slashes. The
 * local one is {@link LocalVersionFiles}; any file system with these operations will do, and none
 * needs an atomic rename: a version exists only once its manifest does.
 */
public interface VersionFiles {
  /** Opens a new file for writing, with its parent directories; durable once closed. */
  OutputStream create(String path) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws io.sapflow.model.ModelException if it is not a plain file of this store
   */
  InputStream open(String path) throws IOException;

  /**
   * The size of a file in bytes, known before it is read.
   *
   * @throws io.sapflow.model.ModelException if it is not a plain file of this store
   */
  long size(String path) throws IOException;

  /** Whether a file or directory is there. */
  boolean exists(String path) throws IOException;

  /** Names of the entries of a directory, sorted; empty when there is no such directory. */
  List<String> list(String directory) throws IOException;

  /** Moves a file or directory to a name that is not taken. */
  void rename(String from, String to) throws IOException;

  /**
   * Writes a small file, in place of the one that may be there: readers see the old bytes or the
   * new ones, whole.
   */
  void replace(String path, byte[] bytes) throws IOException;

  /**
   * Writes a small file unless there is one, as a conditional put does: of several who try at once,
   * one succeeds.
   *
   * @return whether it was written
   */
  boolean createNew(String path, byte[] bytes) throws IOException;

  /** Deletes a file, or a directory with all it holds; does nothing when it is not there. */
  void delete(String path) throws IOException;

  /** How other programs find a path. */
  String uri(String path);
}
