package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A store's files for its writer: whatever makes something visible or takes it away is done only
 * while no newer writer has come. What a rename has yet to make visible may be written by anybody.
 */
public final class FencedFiles implements VersionFiles {

  private final VersionFiles files;
  private final WriterLease lease;

  /** Files of a store under the lease of its writer. */
  public FencedFiles(VersionFiles files, WriterLease lease) {
    this.files = files;
    this.lease = lease;
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return files.create(path);
  }

  @Override
  public InputStream open(String path) throws IOException {
    return files.open(path);
  }

  @Override
  public long size(String path) throws IOException {
    return files.size(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return files.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    lease.check();
    files.rename(from, to);
  }

  @Override
  public boolean createNew(String path, byte[] bytes) throws IOException {
    lease.check();
    return files.createNew(path, bytes);
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    lease.check();
    files.replace(path, bytes);
  }

  @Override
  public void delete(String path) throws IOException {
    lease.check();
    files.delete(path);
  }

  @Override
  public String uri(String path) {
    return files.uri(path);
  }
}
