package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The file {@code <store>/<adapterId>/promoted}: which version is to be served, as JSON with its
 * directory and its sha256, and the record of the adapters topic that says so. Those of before the
 * sha256 or the topic's id was named are read as well.
 *
 * <p>A promotion of what a rollback has undone moves nothing: a person may have commanded the
 * rollback while the version was being probed. A record moves the pointer only if it stands behind
 * the one that the pointer names: reading records again after a failure neither moves it back nor
 * writes it twice. Where the brokers have been replaced, and the topic is another one than the
 * pointer's, every promotion on it stands behind.
 */
public final class PromotedPointer {

  /** The file's name. */
  public static final String FILE = "promoted";

  private static final JsonMapper JSON = new JsonMapper();

  private final VersionFiles files;
  private final AdapterVersions versions;
  private final UndoneStep undone;
  private final PointerTopic topic;

  /** Pointers of the adapters in a store, to be read. */
  public PromotedPointer(VersionFiles files) {
    this(files, PointerTopic.ANY);
  }

  /** Pointers of the adapters in a store, which follow a topic. */
  public PromotedPointer(VersionFiles files, PointerTopic topic) {
    this.files = files;
    this.topic = topic;
    this.versions = new AdapterVersions(files);
    this.undone = new UndoneStep(files);
  }

  /** What the file says. */
  private record Pointer(String version, String topicId, int partition, long offset) {}

  /**
   * Takes a record of the adapters topic.
   *
   * @param partition of the record
   * @param offset of the record
   * @return whether the pointer was moved
   * @throws ModelException if the record's names could not be a version's, or the store has none
   */
  public boolean accept(AdapterVersion version, int partition, long offset) throws IOException {
    undone.note(version);
    Pointer present = read(version.getAdapterId());
    String target = target(version, present);
    if (target == null || !behind(present, partition, offset)) {
      return false;
    }
    if (!versions.contains(version.getAdapterId(), target)) {
      throw new ModelException(
          "adapter "
              + version.getAdapterId()
              + ": version "
              + target
              + " is to be served, but the store has none of that name; what is served stays");
    }
    ObjectNode pointer = JSON.createObjectNode();
    pointer.put("adapterId", version.getAdapterId());
    pointer.put("version", target);
    pointer.put("uri", versions.uri(version.getAdapterId(), target));
    pointer.put("sha256", sha256(version, target));
    if (!topic.id().isEmpty()) {
      pointer.put("topicId", topic.id());
    }
    pointer.put("partition", partition);
    pointer.put("offset", offset);
    files.replace(
        path(version.getAdapterId()),
        (pointer.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** The digest of what is to be served, by its manifest. */
  private String sha256(AdapterVersion version, String target) throws IOException {
    String stored = versions.manifest(version.getAdapterId(), target).sha256();
    boolean named = target.equals(version.getVersion()) && !version.getSha256().isEmpty();
    if (named && !stored.equals(version.getSha256())) {
      throw new ModelException(
          "adapter "
              + version.getAdapterId()
              + ": version "
              + target
              + " is to be served with the sha256 "
              + version.getSha256()
              + ", but the store's has "
              + stored
              + "; what is served stays");
    }
    return stored;
  }

  /** The version that an adapter's pointer names; null if it has none. */
  public String promoted(String adapterId) throws IOException {
    Pointer present = read(adapterId);
    return present == null ? null : present.version();
  }

  /** The version to be served after a record; null where the record changes nothing. */
  private String target(AdapterVersion version, Pointer present) throws IOException {
    if (version.getStatus() == VersionStatus.PROMOTED) {
      return undone.covers(version) ? null : version.getVersion();
    }
    boolean goesBack =
        version.getStatus() == VersionStatus.ROLLED_BACK
            && present != null
            && present.version().equals(version.getVersion());
    return goesBack ? version.getParent() : null;
  }

  private boolean behind(Pointer present, int partition, long offset) {
    return present == null
        || !follows(present)
        || present.partition() != partition
        || present.offset() < offset;
  }

  private boolean follows(Pointer pointer) {
    return topic.had(pointer.topicId(), pointer.partition(), pointer.offset());
  }

  /** The adapters that have one. */
  public List<String> adapters() throws IOException {
    List<String> adapters = new ArrayList<>();
    for (String name : files.list("")) {
      if (files.exists(name + "/" + FILE)) {
        adapters.add(name);
      }
    }
    return adapters;
  }

  /** The adapters whose pointer follows another topic, which the brokers do not have any more. */
  public List<String> strays() throws IOException {
    List<String> strays = new ArrayList<>();
    for (String adapterId : adapters()) {
      Pointer present = read(adapterId);
      if (present != null && !follows(present)) {
        strays.add(adapterId);
      }
    }
    return strays;
  }

  /** Null where there is none, or one that cannot be read: the next promotion writes it anew. */
  private Pointer read(String adapterId) throws IOException {
    if (!files.exists(path(adapterId))) {
      return null;
    }
    try (InputStream in = files.open(path(adapterId))) {
      JsonNode json = JSON.readTree(in);
      return json.path("version").isTextual()
          ? new Pointer(
              json.path("version").asText(),
              json.path("topicId").asText(),
              json.path("partition").asInt(),
              json.path("offset").asLong())
          : null;
    } catch (JacksonException | ModelException e) {
      return null;
    }
  }

  private static String path(String adapterId) {
    AdapterVersions.checkAdapterId(adapterId);
    return adapterId + "/" + FILE;
  }
}
