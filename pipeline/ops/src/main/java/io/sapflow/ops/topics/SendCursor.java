package io.sapflow.ops.topics;

import io.sapflow.schema.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The file that tells one file's sends from all others: an id, drawn once, and to which targets
 * rows of it are sent. How far a send came is not in it: that stands on the brokers, beside the
 * rows.
 */
final class SendCursor {

  /** What is added to a file's name for its cursor. */
  static final String SUFFIX = ".sapflow-cursor";

  private static final String HEAD = "sapflow-cursor 1 ";
  private static final Pattern FIRST = Pattern.compile(HEAD + "[0-9a-f]{32}");
  private static final Pattern CUT = Pattern.compile(HEAD + "[0-9a-f]{0,32}");
  private static final String SENT = "sent ";
  private static final int MOST_BYTES = 1 << 20;
  private static final int ID_BYTES = 16;
  private static final int TARGET_DIGITS = 32;

  private final Path file;
  private List<String> lines;

  private SendCursor(Path file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** Where a file's cursor stands if nothing else is said. */
  static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + SUFFIX);
  }

  /**
   * Reads a cursor, or makes it; the id is on disk before anything is sent.
   *
   * @throws IllegalArgumentException if it cannot be, naming the file
   */
  static SendCursor open(Path file) {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "--cursor: found the directory " + file + ", expected a cursor of a send or a new file");
    }
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      String text = text(file, channel);
      if (HEAD.startsWith(text) || CUT.matcher(text).matches()) {
        // Nothing was ever sent by one whose first line is not whole.
        channel.truncate(0);
        append(channel, HEAD + newId());
        text = text(file, channel);
      }
      return new SendCursor(file, lines(file, text));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** What stands in it, a byte a character: a cursor is ASCII. */
  private static String text(Path file, FileChannel channel) throws IOException {
    if (channel.size() > MOST_BYTES) {
      throw none(file);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    channel.position(0);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // Read on.
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  private static List<String> lines(Path file, String text) {
    List<String> lines = text.substring(0, whole(text)).lines().toList();
    if (lines.isEmpty() || !FIRST.matcher(lines.get(0)).matches()) {
      throw none(file);
    }
    return lines;
  }

  /** How much of it are whole lines: one that a kill has cut is none. */
  private static int whole(String text) {
    return text.lastIndexOf('\n') + 1;
  }

  private static IllegalArgumentException none(Path file) {
    return new IllegalArgumentException(
        "--cursor: found " + file + ", which is none, expected a cursor of a send or a new file");
  }

  private static void append(FileChannel channel, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  private static String newId() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static IllegalArgumentException unwritable(Path file, IOException e) {
    return new IllegalArgumentException(
        "--cursor: "
            + file
            + " cannot be written ("
            + e.getClass().getSimpleName()
            + "), expected a place for the cursor by which an interrupted send goes on",
        e);
  }

  /** Names the sends of the file to one target, 32 hex digits. */
  String target(List<String> parts) {
    return Digests.sha256(lines.get(0) + "\n" + String.join("\n", parts))
        .substring(0, TARGET_DIGITS);
  }

  /** Whether rows of the file may have been committed to a target. */
  boolean isSent(String target) {
    return lines.contains(SENT + target);
  }

  /** Notes, once, that rows of the file are committed to a target from now on. */
  void sent(String target) {
    if (isSent(target)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      String text = text(file, channel);
      List<String> now = lines(file, text);
      if (!now.get(0).equals(lines.get(0))) {
        throw none(file);
      }
      channel.truncate(whole(text));
      lines = new ArrayList<>(now);
      if (!isSent(target)) {
        append(channel, SENT + target);
        lines.add(SENT + target);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }
}
