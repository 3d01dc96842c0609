package io.sapflow.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Local files with somebody who acts just before a file other than a manifest is opened. */
final class VanishingFiles implements VersionFiles {

  /** What the other one does. */
  interface Other {
    void acts() throws IOException;
  }

  private final LocalVersionFiles files;
  private final Other other;

  VanishingFiles(Path root, Other other) {
    this.files = new LocalVersionFiles(root);
    this.other = other;
  }

  @Override
  public boolean createNew(String path, byte[] bytes) throws IOException {
    return files.createNew(path, bytes);
  }

  @Override
  public long size(String path) throws IOException {
    return files.size(path);
  }

  @Override
  public InputStream open(String path) throws IOException {
    if (!path.endsWith(AdapterVersions.MANIFEST)) {
      other.acts();
    }
    return files.open(path);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return files.create(path);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    files.rename(from, to);
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    files.replace(path, bytes);
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
    files.delete(path);
  }

  @Override
  public String uri(String path) {
    return files.uri(path);
  }
}
