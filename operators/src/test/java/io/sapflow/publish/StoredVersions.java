package io.sapflow.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Versions in a store, as far as a pointer looks at them. */
final class StoredVersions {

  private StoredVersions() {}

  /** The sha256 of a version: it begins as the name ends. */
  static String sha256(String version) {
    return version.substring(version.indexOf('-') + 1) + "0".repeat(52);
  }

  /** Writes a version's manifest. */
  static void write(Path store, String adapterId, String version) throws IOException {
    Path directory = Files.createDirectories(store.resolve(adapterId).resolve(version));
    Files.writeString(
        directory.resolve("manifest.json"),
        """
        {"format": 1, "adapterId": "%s", "version": "%s", "generation": 0, "step": %s, "updates": 0,
         "parent": null, "sha256": "%s", "baseModel": null, "offsets": [],
         "files": [%s, %s, %s]}
        """
            .formatted(
                adapterId,
                version,
                version.substring(0, version.indexOf('-')),
                sha256(version),
                file("adapter_config.json"),
                file("adapter_model.safetensors"),
                file("training_state.safetensors")));
  }

  private static String file(String name) {
    return "{\"name\": \"%s\", \"size\": 0, \"sha256\": \"%s\"}".formatted(name, "0".repeat(64));
  }
}
