package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.KnownVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The versions of one adapter that a command may name, oldest first, and which is promoted: the
 * newest ones and the promoted one, as many as the store is sure to have.
 */
final class KnownVersions {

  private final List<KnownVersion> versions = new ArrayList<>();
  private final int keep;
  private String promoted;

  /**
   * None yet.
   *
   * @param keep how many are the newest
   */
  KnownVersions(int keep) {
    this.keep = keep;
  }

  /** A version; null where none of that name is known. */
  KnownVersion find(String name) {
    return versions.stream()
        .filter(known -> known.getVersion().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The steps that a rollback may go back to. */
  NavigableSet<Long> steps() {
    return versions.stream()
        .map(KnownVersion::getStep)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  Set<String> names() {
    return versions.stream().map(KnownVersion::getVersion).collect(Collectors.toSet());
  }

  /** Name of the version that was promoted last; null before the first. */
  String promoted() {
    return promoted;
  }

  void add(KnownVersion version) {
    versions.add(version);
    forgetOldest();
  }

  private void forgetOldest() {
    List<KnownVersion> newest =
        List.copyOf(versions.subList(Math.max(0, versions.size() - keep), versions.size()));
    versions.removeIf(known -> !newest.contains(known) && !known.getVersion().equals(promoted));
  }

  /** Older candidates can no longer be asked for: promoted versions and newer ones stay. */
  void promote(KnownVersion version) {
    promoted = version.getVersion();
    versions.replaceAll(
        known ->
            known == version ? KnownVersion.newBuilder(known).setPromoted(true).build() : known);
    versions.removeIf(known -> !known.getPromoted() && known.getStep() <= version.getStep());
    forgetOldest();
  }

  /**
   * Forgets the versions of later steps than one that training went back to.
   *
   * @return those that are forgotten
   */
  List<KnownVersion> undoAfter(KnownVersion target) {
    // What is served next must have been promoted, which the place to go back to need not be.
    promoted = target.getPromoted() ? target.getVersion() : promoted;
    List<KnownVersion> gone =
        versions.stream().filter(known -> known.getStep() > target.getStep()).toList();
    versions.removeAll(gone);
    return gone;
  }

  void save(AdapterBook.Builder book) {
    book.setPromotedVersion(promoted).setVersions(List.copyOf(versions));
  }

  void restore(AdapterBook book) {
    promoted = book.getPromotedVersion();
    versions.addAll(book.getVersions());
  }
}
