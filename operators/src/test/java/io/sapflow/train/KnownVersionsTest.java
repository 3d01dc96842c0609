package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.KnownVersion;
import org.junit.jupiter.api.Test;

class KnownVersionsTest {

  private static KnownVersions of(int keep, int count) {
    KnownVersions versions = new KnownVersions(keep);
    for (int step = 0; step < count; step++) {
      versions.add(new KnownVersion("v" + step, 0, (long) step, false, 0L, "", ""));
    }
    return versions;
  }

  @Test
  void add_moreThanAreKept_forgetsTheOldest() {
    assertThat(of(2, 5).names()).containsExactlyInAnyOrder("v3", "v4");
    assertThat(of(9, 5).names()).hasSize(5);
  }

  @Test
  void add_moreThanAreKept_leavesThePromotedOne() {
    KnownVersions versions = of(2, 2);
    versions.promote(versions.find("v0"));
    for (int step = 2; step < 6; step++) {
      versions.add(new KnownVersion("v" + step, 0, (long) step, false, 0L, "", ""));
    }
    assertThat(versions.names()).containsExactlyInAnyOrder("v0", "v4", "v5");
    versions.promote(versions.find("v5"));
    assertThat(versions.names()).containsExactlyInAnyOrder("v0", "v5");
  }

  @Test
  void promote_oneAfterAnother_forgetsThoseThatWereOnce() {
    KnownVersions versions = of(3, 1);
    for (int step = 1; step < 9; step++) {
      versions.add(new KnownVersion("v" + step, 0, (long) step, false, 0L, "", ""));
      versions.promote(versions.find("v" + step));
    }
    assertThat(versions.names()).containsExactlyInAnyOrder("v6", "v7", "v8");
  }
}
