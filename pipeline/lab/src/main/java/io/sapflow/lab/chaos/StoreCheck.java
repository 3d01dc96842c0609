package io.sapflow.lab.chaos;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.model.ModelException;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Whether an adapter store holds what the adapters topic says. */
final class StoreCheck {

  private StoreCheck() {}

  /**
   * Reads every version that was a candidate, and every pointer.
   *
   * @param records of the adapters topic, in their order
   * @return what is wrong, in words
   */
  static List<String> faults(Path store, List<AdapterVersion> records) {
    LocalVersionFiles files = new LocalVersionFiles(store);
    AdapterVersions versions = new AdapterVersions(files);
    PromotedPointer pointers = new PromotedPointer(files);
    List<String> faults = new ArrayList<>();
    Map<String, String> promoted = new TreeMap<>();
    try {
      for (AdapterVersion record : records) {
        switch (record.getStatus()) {
          case CANDIDATE -> read(versions, record, faults);
          case PROMOTED -> promoted.put(record.getAdapterId(), record.getVersion());
          case ROLLED_BACK ->
              promoted.replace(record.getAdapterId(), record.getVersion(), record.getParent());
          default -> {}
        }
      }
      for (String adapter :
          records.stream().map(AdapterVersion::getAdapterId).distinct().toList()) {
        String pointer = pointers.promoted(adapter);
        if (!Objects.equals(pointer, promoted.get(adapter))) {
          faults.add(adapter + ": the pointer names " + pointer + ", not " + promoted.get(adapter));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return faults;
  }

  private static void read(AdapterVersions versions, AdapterVersion record, List<String> faults)
      throws IOException {
    String name = OutputOrder.name(record.getAdapterId(), record.getVersion());
    try {
      String sha256 = versions.read(record.getAdapterId(), record.getVersion()).sha256();
      if (!sha256.equals(record.getSha256())) {
        faults.add(name + ": the store has sha256 " + sha256 + ", not " + record.getSha256());
      }
    } catch (ModelException e) {
      faults.add(name + ": " + e.getMessage());
    }
  }
}
