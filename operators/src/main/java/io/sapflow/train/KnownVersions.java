package io.sapflow.train;

import io.sapflow.schema.KnownVersion;
import java.util.ArrayList;
import java.util.List;

/** The versions that a rollback may go to; they are as bounded as the store. */
final class KnownVersions {

  private KnownVersions() {}

  /**
   * The newest ones, and the promoted one.
   *
   * @param versions oldest first
   * @param keep how many are the newest
   * @param promoted name of the promoted one; null for none
   */
  static List<KnownVersion> newest(List<KnownVersion> versions, int keep, String promoted) {
    int first = Math.max(0, versions.size() - keep);
    List<KnownVersion> kept = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      if (i >= first || versions.get(i).getVersion().equals(promoted)) {
        kept.add(versions.get(i));
      }
    }
    return kept;
  }

  /** Their names. */
  static List<String> names(List<KnownVersion> versions) {
    return versions.stream().map(KnownVersion::getVersion).toList();
  }
}
