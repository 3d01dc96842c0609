package io.sapflow.publish;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.http.HttpPeer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A store whose pointers follow records; servers see it below /mnt. */
final class ServedStore {

  static final String V0 = "0-0123456789ab";
  static final String V10 = "10-0123456789ab";
  static final String V20 = "20-0123456789ab";
  static final String V30 = "30-0123456789ab";

  final LocalVersionFiles files;
  private final Path directory;
  private final PromotedPointer pointer;
  private final ToServe toServe;
  private long offset;

  ServedStore(Path directory) {
    this.directory = directory;
    files = new LocalVersionFiles(directory);
    pointer = new PromotedPointer(files);
    toServe = new ToServe(files, new StorePath(directory.toString(), "/mnt"));
  }

  ServedAdapters adapters(HttpPeer peer) {
    return new ServedAdapters(toServe, new VllmServer(peer.url(""), null));
  }

  void record(String adapter, String version, VersionStatus status, String parent)
      throws IOException {
    StoredVersions.write(directory, adapter, version);
    pointer.accept(
        AdapterVersion.newBuilder()
            .setAdapterId(adapter)
            .setVersion(version)
            .setGeneration(0)
            .setStep(Long.parseLong(version.substring(0, version.indexOf('-'))))
            .setUpdates(0)
            .setUri("")
            .setSha256("")
            .setStatus(status)
            .setParent(parent)
            .build(),
        0,
        offset++);
  }

  void promoted(String version) throws IOException {
    record("helper", version, VersionStatus.PROMOTED, null);
  }

  void rolledBack(String version, String parent) throws IOException {
    record("helper", version, VersionStatus.ROLLED_BACK, parent);
  }

  void delete(String version) throws IOException {
    Files.delete(directory.resolve("helper").resolve(version).resolve("manifest.json"));
  }

  /** What clients are told. */
  String served() {
    try {
      return Files.readString(directory.resolve("helper/served"));
    } catch (IOException e) {
      return "";
    }
  }

  /** What a server was asked to load and unload. */
  static List<String> calls(HttpPeer peer) {
    return peer.asked.stream()
        .filter(asked -> asked.method().equals("POST"))
        .map(
            asked ->
                asked.path().replace("_lora_adapter", "")
                    + " "
                    + asked.body().replaceAll(".*\"lora_name\":\"([^\"]*)\".*", "$1"))
        .toList();
  }
}
