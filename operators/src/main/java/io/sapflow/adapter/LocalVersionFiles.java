package io.sapflow.adapter;

import io.sapflow.model.ModelException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A version store's files in a local directory, their owner's alone. What is read is a plain file
 * that has no other name: a link could lead anywhere, and a device has no end.
 */
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
    OwnerOnly.createDirectories(file.getParent());
    return new SyncedOutputStream(
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            OwnerOnly.file(file)));
  }

  @Override
  public InputStream open(String path) throws IOException {
    return Files.newInputStream(plain(path), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public long size(String path) throws IOException {
    return Files.size(plain(path));
  }

  /** A file's place, if neither it nor what it lies in is anything but what it seems. */
  private Path plain(String path) throws IOException {
    Path file = resolve(path);
    for (Path each = file.getParent(); !each.equals(root); each = each.getParent()) {
      if (Files.isSymbolicLink(each)) {
        throw new ModelException(
            each + ": found a link, expected a directory: what a store holds lies in it");
      }
    }
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new ModelException(
          file
              + ": found "
              + (attributes.isSymbolicLink()
                  ? "a link"
                  : attributes.isDirectory() ? "a directory" : "a device or pipe")
              + ", expected a plain file");
    }
    if (file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1) {
      throw new ModelException(
          file + ": found a file with another name elsewhere, expected a file of the store alone");
    }
    return file;
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(resolve(path), LinkOption.NOFOLLOW_LINKS);
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
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
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
    OwnerOnly.createDirectories(file.getParent());
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            OwnerOnly.file(file))) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.force(true);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      // On a full disk there is a file of no bytes, which would stand for ever.
      Files.deleteIfExists(file);
      throw e;
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
    if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
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
  private static final class SyncedOutputStream extends FilterOutputStream {
    private final FileChannel channel;

    SyncedOutputStream(FileChannel channel) {
      super(Channels.newOutputStream(channel));
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (channel.isOpen()) {
          channel.force(true);
        }
      }
    }
  }
}
