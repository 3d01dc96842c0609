package io.sapflow.adapter;

import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsWriter;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The store of adapter versions: {@code <adapterId>/<step>-<12 hex digits>/} with {@code
 * adapter_config.json}, {@code adapter_model.safetensors}, {@code training_state.safetensors} and
 * {@code manifest.json}.
 *
 * <p>A version is written into a hidden sibling that is then moved; its manifest comes last, and
 * the version exists once it is there. Versions never change. Writing one again, as a replay after
 * a failure does, leaves a whole one alone and replaces a partial one. Each adapter has one writer.
 *
 * <p>An {@link IOException} is the file system's; a {@link ModelException} says that a version is
 * unknown or damaged.
 */
public final class AdapterVersions {
  /** Name of the file with the training state. */
  public static final String TRAINING_STATE = "training_state.safetensors";

  /** Name of the file whose presence makes a version. */
  public static final String MANIFEST = "manifest.json";

  private static final List<String> FILES =
      List.of(PeftAdapter.CONFIG, PeftAdapter.WEIGHTS, TRAINING_STATE);
  private static final Pattern ADAPTER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern VERSION = Pattern.compile("(0|[1-9][0-9]{0,17})-[0-9a-f]{12}");

  /** The hidden directory of a write that was broken off. */
  private static final Pattern UNMOVED = Pattern.compile("\\.(" + VERSION.pattern() + ")\\..*");

  private static final int MAX_MANIFEST_BYTES = 64 << 20;

  private final VersionFiles files;

  public AdapterVersions(VersionFiles files) {
    this.files = files;
  }

  /**
   * Refuses an adapter id that could not be a directory's name: 1 to 128 letters, digits, dots,
   * hyphens and underscores, the first a letter or digit.
   */
  public static void checkAdapterId(String adapterId) {
    if (!ADAPTER_ID.matcher(adapterId).matches()) {
      throw new ModelException(
          "the adapter id is not usable; 1 to 128 letters, digits, dots, hyphens and underscores,"
              + " the first a letter or digit, would be right");
    }
  }

  /** Writes a version, unless it is there, whole; returns its manifest. */
  public VersionManifest write(VersionContent content) throws IOException {
    SafetensorsWriter weights = content.adapter().weightFile();
    String sha256 = sha256(weights, content.trainingState());
    String version = VersionManifest.version(content.step(), sha256);
    String directory = content.adapterId() + "/" + version;
    if (files.exists(directory)) {
      VersionManifest existing = wholeOrNull(content.adapterId(), version);
      if (existing != null && existing.sha256().equals(sha256)) {
        return existing;
      }
      deleteDirectory(directory);
    }
    String hidden = content.adapterId() + "/." + version + "." + UUID.randomUUID();
    VersionManifest manifest =
        new VersionManifest(
            content.adapterId(),
            version,
            content.generation(),
            content.step(),
            content.updates(),
            content.parent(),
            sha256,
            content.baseModel(),
            content.offsets(),
            List.of(
                put(hidden, FILES.get(0), out -> out.write(content.adapter().config())),
                put(hidden, FILES.get(1), weights::writeTo),
                put(hidden, FILES.get(2), content.trainingState()::writeTo)));
    files.rename(hidden, directory);
    put(directory, "." + MANIFEST, out -> out.write(manifest.toBytes()));
    files.rename(directory + "/." + MANIFEST, directory + "/" + MANIFEST);
    return manifest;
  }

  /** Something that writes a file's content. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private VersionManifest.FileDigest put(String directory, String name, Content content)
      throws IOException {
    Sha256 sha256 = new Sha256();
    try (OutputStream out = new BufferedOutputStream(files.create(directory + "/" + name))) {
      content.writeTo(sha256.tee(out));
    }
    return new VersionManifest.FileDigest(name, sha256.bytes(), sha256.hex());
  }

  private static String sha256(SafetensorsWriter weights, SafetensorsWriter trainingState)
      throws IOException {
    Sha256 sha256 = new Sha256();
    OutputStream out = sha256.tee(OutputStream.nullOutputStream());
    weights.writeTo(out);
    trainingState.writeTo(out);
    return sha256.hex();
  }

  /** The versions that exist, by step and then by name. */
  public List<String> list(String adapterId) throws IOException {
    checkAdapterId(adapterId);
    List<String> versions = new ArrayList<>();
    for (String name : files.list(adapterId)) {
      if (VERSION.matcher(name).matches()
          && files.exists(adapterId + "/" + name + "/" + MANIFEST)) {
        versions.add(name);
      }
    }
    versions.sort(
        Comparator.comparingLong(AdapterVersions::step).thenComparing(Comparator.naturalOrder()));
    return versions;
  }

  /** Whether a text could be a version's name. */
  public static boolean isVersion(String text) {
    return VERSION.matcher(text).matches();
  }

  /** The step in a version's name. */
  public static long step(String version) {
    return Long.parseLong(version.substring(0, version.indexOf('-')));
  }

  /** The manifest of a version, after checking every file of it against its digest. */
  public VersionManifest read(String adapterId, String version) throws IOException {
    return copy(adapterId, version, name -> OutputStream.nullOutputStream());
  }

  /**
   * Copies a version's files, checked against their digests, into a local directory, where {@link
   * PeftAdapter#read} and {@code SafetensorsFile.open} can read them.
   */
  public VersionManifest fetch(String adapterId, String version, Path into) throws IOException {
    Files.createDirectories(into);
    return copy(adapterId, version, name -> Files.newOutputStream(into.resolve(name)));
  }

  /** Something that reads a version's files in a local directory. */
  public interface Reader<T> {
    /** What it reads. */
    T read(Path directory) throws IOException;
  }

  /** Lets a reader read a version's files, in a local directory that is gone afterwards. */
  public <T> T reading(String adapterId, String version, Reader<T> reader) throws IOException {
    Path directory = Files.createTempDirectory("sapflow-version");
    try {
      fetch(adapterId, version, directory);
      return reader.read(directory);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Where a version's files go. */
  private interface Destination {
    OutputStream open(String name) throws IOException;
  }

  private VersionManifest copy(String adapterId, String version, Destination destination)
      throws IOException {
    try {
      return copyWhole(adapterId, version, destination);
    } catch (FileNotFoundException | NoSuchFileException e) {
      if (contains(adapterId, version)) {
        throw e;
      }
      throw new ModelException(
          "adapter " + adapterId + ": version " + version + " was deleted while it was read", e);
    }
  }

  private VersionManifest copyWhole(String adapterId, String version, Destination destination)
      throws IOException {
    VersionManifest manifest = manifest(adapterId, version);
    String directory = adapterId + "/" + version;
    Sha256 both = new Sha256();
    for (VersionManifest.FileDigest file : manifest.files()) {
      Sha256 sha256 = new Sha256();
      if (!files.exists(directory + "/" + file.name())) {
        throw new ModelException(directory + ": " + file.name() + " is missing");
      }
      requireSize(directory, file, files.size(directory + "/" + file.name()));
      try (InputStream in = files.open(directory + "/" + file.name());
          OutputStream out = destination.open(file.name())) {
        OutputStream tee = sha256.tee(out);
        copy(in, file.name().equals(PeftAdapter.CONFIG) ? tee : both.tee(tee), file.size());
        // It may have grown since.
        requireSize(directory, file, sha256.bytes() + (in.read() < 0 ? 0 : 1));
      }
      if (!sha256.hex().equals(file.sha256())) {
        throw new ModelException(
            directory
                + ": "
                + file.name()
                + " has "
                + sha256.bytes()
                + " bytes of sha256 "
                + sha256.hex()
                + "; the manifest says "
                + file.size()
                + " of "
                + file.sha256());
      }
    }
    String found = both.hex();
    if (!found.equals(manifest.sha256())) {
      throw new ModelException(
          directory
              + ": weights and training state have the sha256 "
              + found
              + "; the manifest says "
              + manifest.sha256());
    }
    return manifest;
  }

  private static void requireSize(String directory, VersionManifest.FileDigest file, long found) {
    if (found != file.size()) {
      throw new ModelException(
          directory
              + ": "
              + file.name()
              + " has "
              + found
              + " bytes; the manifest says "
              + file.size());
    }
  }

  /** Copies bytes until there are no more, or so many were copied. */
  private static void copy(InputStream in, OutputStream out, long most) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = most;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        return;
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  /** The manifest of a version, checked in itself and against its place; its files are not read. */
  public VersionManifest manifest(String adapterId, String version) throws IOException {
    checkAdapterId(adapterId);
    if (!list(adapterId).contains(version)) {
      throw new ModelException("adapter " + adapterId + " has no such version in the store");
    }
    String path = adapterId + "/" + version + "/" + MANIFEST;
    byte[] bytes;
    try (InputStream in = files.open(path)) {
      bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
    }
    if (bytes.length > MAX_MANIFEST_BYTES) {
      throw new ModelException(path + ": has more than " + MAX_MANIFEST_BYTES + " bytes");
    }
    VersionManifest manifest = VersionManifest.parse(path, bytes);
    if (!manifest.adapterId().equals(adapterId) || !manifest.version().equals(version)) {
      throw new ModelException(
          path
              + ": is of "
              + manifest.adapterId()
              + "/"
              + manifest.version()
              + ", not of the directory that holds it");
    }
    List<String> names = manifest.files().stream().map(VersionManifest.FileDigest::name).toList();
    if (!names.equals(FILES)) {
      throw new ModelException(path + ": files are " + names + "; " + FILES + " would be right");
    }
    return manifest;
  }

  private VersionManifest wholeOrNull(String adapterId, String version) throws IOException {
    try {
      return read(adapterId, version);
    } catch (ModelException e) {
      return null;
    }
  }

  /** Whether a version is there; its files are not looked at. */
  public boolean contains(String adapterId, String version) throws IOException {
    checkAdapterId(adapterId);
    return files.exists(adapterId + "/" + checkVersion(version) + "/" + MANIFEST);
  }

  /** How other programs find a version's directory. */
  public String uri(String adapterId, String version) {
    checkAdapterId(adapterId);
    return files.uri(adapterId + "/" + checkVersion(version));
  }

  /** Deletes a version; does nothing when there is none of that name. */
  public void delete(String adapterId, String version) throws IOException {
    checkAdapterId(adapterId);
    deleteDirectory(adapterId + "/" + checkVersion(version));
  }

  /** The manifest goes first: what is half deleted is no version. */
  private void deleteDirectory(String directory) throws IOException {
    files.delete(directory + "/" + MANIFEST);
    files.delete(directory);
  }

  /**
   * Deletes the versions from before a step, but for the newest ones and those that stay, and what
   * writes and deletions that were broken off have left behind from before it.
   *
   * <p>Nobody may write a version from before that step any more. Broken off anywhere, it is
   * finished by the next call.
   *
   * @param keep how many of the newest versions stay, whatever their step
   * @param beforeStep versions with this step or a later one stay
   * @param protectedVersions versions that stay in any case
   * @return the deleted versions, oldest first
   */
  public List<String> retain(
      String adapterId, int keep, long beforeStep, Set<String> protectedVersions)
      throws IOException {
    if (keep < 0) {
      throw new IllegalArgumentException("keep is " + keep + "; zero or more would be right");
    }
    List<String> whole = list(adapterId);
    List<String> deleted = new ArrayList<>();
    for (String version : whole.subList(0, Math.max(0, whole.size() - keep))) {
      if (step(version) < beforeStep && !protectedVersions.contains(version)) {
        delete(adapterId, version);
        deleted.add(version);
      }
    }
    for (String name : files.list(adapterId)) {
      Matcher unmoved = UNMOVED.matcher(name);
      boolean partial = VERSION.matcher(name).matches() && !whole.contains(name);
      boolean left =
          unmoved.matches()
              ? step(unmoved.group(1)) < beforeStep
              : partial && step(name) < beforeStep && !protectedVersions.contains(name);
      if (left) {
        files.delete(adapterId + "/" + name);
      }
    }
    return deleted;
  }

  private static String checkVersion(String version) {
    if (!VERSION.matcher(version).matches()) {
      throw new ModelException(
          "the version's name is not usable; <step>-<12 hex digits> would be right");
    }
    return version;
  }
}
