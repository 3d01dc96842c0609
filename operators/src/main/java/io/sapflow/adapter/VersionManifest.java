package io.sapflow.adapter;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.JsonFile;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The manifest of one version. It says nothing of the verdict: a version never changes.
 *
 * @param adapterId the adapter
 * @param version directory name, {@code <step>-<first 12 hex digits of sha256>}
 * @param generation raised by each rollback
 * @param step the adapter's step number
 * @param updates AdamW updates so far
 * @param parent the version it was trained from, null for the first
 * @param sha256 digest, 64 hex digits, of the bytes of adapter_model.safetensors followed by those
 *     of training_state.safetensors
 * @param baseModel name of the base model
 * @param offsets the record ranges trained since the last green version
 * @param files every other file of the directory, in the order in which they are written
 */
public record VersionManifest(
    String adapterId,
    String version,
    int generation,
    long step,
    long updates,
    String parent,
    String sha256,
    String baseModel,
    List<Offsets> offsets,
    List<FileDigest> files) {

  /** Version of the manifest's own format. */
  public static final int FORMAT = 1;

  private static final JsonMapper JSON = new JsonMapper();

  public VersionManifest {
    offsets = List.copyOf(offsets);
    files = List.copyOf(files);
  }

  /** Records of one partition, both ends included. */
  public record Offsets(String topic, int partition, long firstOffset, long lastOffset) {}

  /** One file: its name, its size in bytes and its SHA-256 in hex. */
  public record FileDigest(String name, long size, String sha256) {}

  /** The name of a version's directory. */
  static String version(long step, String sha256) {
    return step + "-" + sha256.substring(0, 12);
  }

  /** Indented JSON, equal for equal manifests. */
  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("adapterId", adapterId);
    json.put("version", version);
    json.put("generation", generation);
    json.put("step", step);
    json.put("updates", updates);
    json.put("parent", parent);
    json.put("sha256", sha256);
    json.put("baseModel", baseModel);
    ArrayNode ranges = json.putArray("offsets");
    for (Offsets range : offsets) {
      ObjectNode node = ranges.addObject();
      node.put("topic", range.topic());
      node.put("partition", range.partition());
      node.put("firstOffset", range.firstOffset());
      node.put("lastOffset", range.lastOffset());
    }
    ArrayNode list = json.putArray("files");
    for (FileDigest file : files) {
      ObjectNode node = list.addObject();
      node.put("name", file.name());
      node.put("size", file.size());
      node.put("sha256", file.sha256());
    }
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static VersionManifest parse(String where, byte[] bytes) {
    JsonFile json = JsonFile.parse(where, bytes);
    if (json.integer("format", 0, Integer.MAX_VALUE) != FORMAT) {
      throw json.wrong("format", String.valueOf(FORMAT));
    }
    VersionManifest manifest =
        new VersionManifest(
            json.text("adapterId"),
            json.text("version"),
            json.integer("generation", 0, Integer.MAX_VALUE),
            json.whole("step"),
            json.whole("updates"),
            json.text("parent", null),
            digest(json),
            json.text("baseModel", null),
            json.objects("offsets").stream().map(VersionManifest::offsets).toList(),
            json.objects("files").stream().map(VersionManifest::file).toList());
    if (!manifest.version.equals(version(manifest.step, manifest.sha256))) {
      throw json.wrong("version", version(manifest.step, manifest.sha256));
    }
    return manifest;
  }

  private static Offsets offsets(JsonFile json) {
    return new Offsets(
        json.text("topic"),
        json.integer("partition", 0, Integer.MAX_VALUE),
        json.whole("firstOffset"),
        json.whole("lastOffset"));
  }

  private static FileDigest file(JsonFile json) {
    return new FileDigest(json.text("name"), json.whole("size"), digest(json));
  }

  private static String digest(JsonFile json) {
    if (!json.text("sha256").matches("[0-9a-f]{64}")) {
      throw json.wrong("sha256", "64 hex digits");
    }
    return json.text("sha256");
  }
}
