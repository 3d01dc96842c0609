package io.sapflow.job;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.adapter.VersionFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The version store on any file system that Flink knows; local files are not left to Flink. */
public final class FlinkVersionFiles implements VersionFiles {

  private final Path root;

  /**
   * Files below a directory, such as {@code s3://bucket/adapters} or {@code file:///var/adapters}.
   */
  public FlinkVersionFiles(String root) {
    this.root = new Path(root);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    if (isLocal()) {
      return local().create(path);
    }
    files().mkdirs(at(path).getParent());
    return files().create(at(path), FileSystem.WriteMode.OVERWRITE);
  }

  @Override
  public InputStream open(String path) throws IOException {
    return isLocal() ? local().open(path) : files().open(at(path));
  }

  @Override
  public long size(String path) throws IOException {
    return isLocal() ? local().size(path) : files().getFileStatus(at(path)).getLen();
  }

  @Override
  public boolean exists(String path) throws IOException {
    return isLocal() ? local().exists(path) : files().exists(at(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    if (isLocal()) {
      return local().list(directory);
    }
    if (!files().exists(at(directory))) {
      return List.of();
    }
    FileStatus[] entries = files().listStatus(at(directory));
    return entries == null
        ? List.of()
        : Arrays.stream(entries).map(entry -> entry.getPath().getName()).sorted().toList();
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (isLocal()) {
      local().rename(from, to);
    } else if (!files().rename(at(from), at(to))) {
      throw new IOException("could not rename " + at(from) + " to " + at(to));
    }
  }

  /** Of object stores some look first and write then: of two at the same moment both succeed. */
  @Override
  public boolean createNew(String path, byte[] bytes) throws IOException {
    if (isLocal()) {
      return local().createNew(path, bytes);
    }
    Path target = at(path);
    files().mkdirs(target.getParent());
    try (OutputStream out = files().create(target, FileSystem.WriteMode.NO_OVERWRITE)) {
      out.write(bytes);
      return true;
    } catch (IOException e) {
      if (files().exists(target)) {
        return false;
      }
      throw e;
    }
  }

  /** Object stores show an object once it is whole. */
  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    if (isLocal()) {
      local().replace(path, bytes);
      return;
    }
    try (OutputStream out = create(path)) {
      out.write(bytes);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    if (isLocal()) {
      local().delete(path);
    } else if (files().exists(at(path))) {
      files().delete(at(path), true);
    }
  }

  @Override
  public String uri(String path) {
    return at(path).toString();
  }

  /** A directory beside this one, as a URI. */
  String sibling(String name) {
    try {
      return new Path(root.makeQualified(files()).getParent(), name).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": cannot be opened: " + e.getMessage(), e);
    }
  }

  private boolean isLocal() throws IOException {
    return !files().isDistributedFS();
  }

  private LocalVersionFiles local() {
    return new LocalVersionFiles(java.nio.file.Path.of(root.getPath()));
  }

  private Path at(String path) {
    return path.isEmpty() ? root : new Path(root, path);
  }

  private FileSystem files() throws IOException {
    return root.getFileSystem();
  }
}
