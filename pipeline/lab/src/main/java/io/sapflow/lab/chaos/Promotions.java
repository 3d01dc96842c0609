package io.sapflow.lab.chaos;

import io.sapflow.schema.AdapterVersion;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Which version of each adapter is served, as the records of the adapters topic say in order. */
final class Promotions {

  private final Map<String, String> versions = new TreeMap<>();

  /** Takes the next record. */
  void see(AdapterVersion record) {
    switch (record.getStatus()) {
      case PROMOTED -> versions.put(record.getAdapterId(), record.getVersion());
      case ROLLED_BACK -> {
        if (record.getParent() != null) {
          versions.replace(record.getAdapterId(), record.getVersion(), record.getParent());
        }
      }
      default -> {}
    }
  }

  /** The version of an adapter; null if none was promoted. */
  String of(String adapterId) {
    return versions.get(adapterId);
  }

  /** All of them, by adapter. */
  Map<String, String> all() {
    return Collections.unmodifiableMap(versions);
  }
}
