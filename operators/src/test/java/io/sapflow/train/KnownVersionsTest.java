package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.KnownVersion;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownVersionsTest {

  private static final List<KnownVersion> FIVE =
      Stream.of("a", "b", "c", "d", "e")
          .map(name -> new KnownVersion(name, 0, 1L, name.equals("b")))
          .toList();

  @Test
  void newest_moreThanAreKept_leavesThePromotedOne() {
    assertThat(KnownVersions.names(KnownVersions.newest(FIVE, 2, "b")))
        .containsExactly("b", "d", "e");
    assertThat(KnownVersions.names(KnownVersions.newest(FIVE, 2, "e"))).containsExactly("d", "e");
    assertThat(KnownVersions.names(KnownVersions.newest(FIVE, 2, null))).containsExactly("d", "e");
  }

  @Test
  void newest_fewerThanAreKept_leavesAll() {
    assertThat(KnownVersions.newest(FIVE, 5, null)).isEqualTo(FIVE);
    assertThat(KnownVersions.newest(FIVE, 9, "b")).isEqualTo(FIVE);
  }
}
