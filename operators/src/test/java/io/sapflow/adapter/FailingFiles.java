package io.sapflow.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Local files whose creating and renaming, or deleting, works a number of times and then fails. */
final class FailingFiles implements VersionFiles {
  private final LocalVersionFiles files;
  private final boolean deleting;
  private int left;

  FailingFiles(Path root, int calls) {
    this(root, calls, false);
  }

  private FailingFiles(Path root, int calls, boolean deleting) {
    this.files = new LocalVersionFiles(root);
    this.left = calls;
    this.deleting = deleting;
  }

  /** Files of which only so many deletions work. */
  static FailingFiles deleting(Path root, int calls) {
    return new FailingFiles(root, calls, true);
  }

  private void count(boolean deletes) throws IOException {
    if (deletes == deleting && left-- == 0) {
      throw new IOException("the disk is full");
    }
  }

  @Override
  public OutputStream create(String path) throws IOException {
    count(false);
    return files.create(path);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    count(false);
    files.rename(from, to);
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    count(false);
    files.replace(path, bytes);
  }

  @Override
  public boolean createNew(String path, byte[] bytes) throws IOException {
    count(false);
    return files.createNew(path, bytes);
  }

  @Override
  public long size(String path) throws IOException {
    return files.size(path);
  }

  @Override
  public InputStream open(String path) throws IOException {
    return files.open(path);
  }

  @Override
  public boolean exists(String path) {
    return files.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public void delete(String path) throws IOException {
    count(true);
    files.delete(path);
  }

  @Override
  public String uri(String path) {
    return files.uri(path);
  }
}
