package io.sapflow.lab.chaos;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.model.ModelException;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    Promotions promotions = new Promotions();
    try {
      for (AdapterVersion record : records) {
        promotions.see(record);
        if (record.getStatus() == VersionStatus.CANDIDATE) {
          read(versions, record, faults);
        }
      }
      for (String adapter :
          records.stream().map(AdapterVersion::getAdapterId).distinct().toList()) {
        String pointer = pointers.promoted(adapter);
        if (!Objects.equals(pointer, promotions.of(adapter))) {
          faults.add(
              adapter + ": the pointer names " + pointer + ", not " + promotions.of(adapter));
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
