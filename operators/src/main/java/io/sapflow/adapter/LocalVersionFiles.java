package io.sapflow.adapter;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A version store's files in a local directory. */
public final class LocalVersionFiles implements VersionFiles {
  private final Path root;

  /**
   * A store below the given directory, which is made when first written to.
   *
   * @param root the store's directory
   */
  public LocalVersionFiles(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path file = resolve(path);
    Files.createDirectories(file.getParent());
    return new SyncedOutputStream(file);
  }

  @Override
  public InputStream open(String path) throws IOException {
    return Files.newInputStream(resolve(path));
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(resolve(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(resolve(directory))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Path target = resolve(to);
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    move(resolve(from), target);
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    String hidden = path + "." + UUID.randomUUID();
    try (OutputStream out = create(hidden)) {
      out.write(bytes);
    }
    move(resolve(hidden), resolve(path));
  }

  @Override
  public boolean createNew(String path, byte[] bytes) throws IOException {
    Path file = resolve(path);
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.force(true);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path top = resolve(path);
    if (!Files.exists(top)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(top)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : deepestFirst) {
      Files.deleteIfExists(entry);
    }
  }

  @Override
  public String uri(String path) {
    return resolve(path).toUri().toString();
  }

  private Path resolve(String path) {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root)) {
      throw new IllegalArgumentException(path + " leads out of the store");
    }
    return resolved;
  }

  /** Closes only after the bytes are on the device. */
  private static final class SyncedOutputStream extends FileOutputStream {
    private boolean closed;

    SyncedOutputStream(Path file) throws IOException {
      super(file.toFile());
    }

    @Override
    public void close() throws IOException {
      try {
        if (!closed) {
          closed = true;
          getFD().sync();
        }
      } finally {
        super.close();
      }
    }
  }
}
