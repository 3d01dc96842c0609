package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.gate.Reports;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromotedPointerTest {

  @TempDir Path store;
  private PromotedPointer pointer;

  @BeforeEach
  void open() throws IOException {
    pointer = new PromotedPointer(new LocalVersionFiles(store));
    for (int step = 0; step <= 60; step += 20) {
      StoredVersions.write(store, "helper", step + "-0123456789ab");
    }
  }

  private static AdapterVersion version(long step, VersionStatus status, String parent) {
    return AdapterVersion.newBuilder(Reports.candidate("helper", step))
        .setStatus(status)
        .setParent(parent)
        .build();
  }

  private static AdapterVersion promoted(long step) {
    return version(step, VersionStatus.PROMOTED, null);
  }

  @Test
  void promotion_movesThePointer_otherStatusesDoNot() throws IOException {
    assertThat(pointer.promoted("helper")).isNull();
    assertThat(pointer.accept(version(0, VersionStatus.CANDIDATE, null), 0, 0)).isFalse();
    assertThat(pointer.accept(promoted(0), 0, 1)).isTrue();
    assertThat(pointer.accept(version(20, VersionStatus.REJECTED, null), 0, 2)).isFalse();
    assertThat(pointer.accept(version(40, VersionStatus.SUPERSEDED, null), 0, 3)).isFalse();
    assertThat(pointer.promoted("helper")).isEqualTo("0-0123456789ab");
    assertThat(Files.readString(store.resolve("helper/promoted")))
        .contains("\"adapterId\" : \"helper\"", "\"offset\" : 1")
        .contains(store.resolve("helper/0-0123456789ab").toUri().toString())
        .contains("\"sha256\" : \"" + StoredVersions.sha256("0-0123456789ab") + "\"");
  }

  @Test
  void records_readAgainAfterAFailure_doNotMoveItBack() throws IOException {
    pointer.accept(promoted(0), 0, 1);
    pointer.accept(promoted(20), 0, 5);
    assertThat(pointer.accept(promoted(0), 0, 1)).isFalse();
    assertThat(pointer.accept(promoted(20), 0, 5)).isFalse();
    assertThat(pointer.promoted("helper")).isEqualTo("20-0123456789ab");
    assertThat(pointer.accept(promoted(40), 0, 9)).isTrue();
  }

  @Test
  void rollback_ofTheServedVersion_pointsToItsParent() throws IOException {
    pointer.accept(promoted(20), 0, 1);
    assertThat(pointer.accept(version(40, VersionStatus.ROLLED_BACK, "0-0123456789ab"), 0, 2))
        .isFalse();
    assertThat(pointer.accept(version(20, VersionStatus.ROLLED_BACK, "0-0123456789ab"), 0, 3))
        .isTrue();
    assertThat(pointer.promoted("helper")).isEqualTo("0-0123456789ab");
    assertThat(Files.readString(store.resolve("helper/promoted")))
        .contains(StoredVersions.sha256("0-0123456789ab"));
  }

  @Test
  void promotion_ofAVersionThatTheStoreHasWithAnotherDigest_changesNothing() throws IOException {
    pointer.accept(promoted(0), 0, 1);
    AdapterVersion probed = promoted(20);
    probed.setSha256("0123456789ab" + "f".repeat(52));
    assertThatThrownBy(() -> pointer.accept(probed, 0, 2))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "adapter helper: version 20-0123456789ab is to be served with the sha256 0123456789ab"
                + "f".repeat(52)
                + ", but the store's has 0123456789ab"
                + "0".repeat(52)
                + "; what is served stays");
    assertThat(pointer.promoted("helper")).isEqualTo("0-0123456789ab");
    probed.setSha256(StoredVersions.sha256("20-0123456789ab"));
    assertThat(pointer.accept(probed, 0, 3)).isTrue();
  }

  @Test
  void pointer_fromBeforeItNamedTheDigest_isRead() throws IOException {
    Files.writeString(
        store.resolve("helper/promoted"),
        "{\"adapterId\": \"helper\", \"version\": \"20-0123456789ab\", \"uri\": \"file:///s\","
            + " \"partition\": 0, \"offset\": 4}");
    assertThat(pointer.promoted("helper")).isEqualTo("20-0123456789ab");
    assertThat(pointer.accept(promoted(0), 0, 3)).isFalse();
    assertThat(pointer.accept(promoted(40), 0, 5)).isTrue();
  }

  @Test
  void promotion_ofAVersionThatWasUndoneWhileItWasProbed_changesNothing() throws IOException {
    pointer.accept(promoted(0), 0, 1);
    pointer.accept(version(40, VersionStatus.ROLLED_BACK, "0-0123456789ab"), 0, 2);
    assertThat(pointer.accept(promoted(40), 0, 3)).isFalse();
    assertThat(pointer.promoted("helper")).isEqualTo("0-0123456789ab");
    assertThat(pointer.accept(version(60, VersionStatus.CANDIDATE, null), 0, 4)).isFalse();
    assertThat(pointer.accept(promoted(60), 0, 5)).isTrue();
  }

  @Test
  void promotion_ofAJobThatHasBegunAnew_countsAgain() throws IOException {
    pointer.accept(version(40, VersionStatus.ROLLED_BACK, null), 0, 2);
    assertThat(pointer.accept(promoted(20), 0, 3)).isFalse();
    pointer.accept(version(0, VersionStatus.CANDIDATE, null), 0, 4);
    assertThat(pointer.accept(promoted(0), 0, 5)).isTrue();
  }

  @Test
  void file_replaced_leavesNothingBesideIt() throws IOException {
    pointer.accept(promoted(0), 0, 1);
    pointer.accept(promoted(20), 0, 2);
    try (Stream<Path> files = Files.list(store.resolve("helper"))) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactly("promoted");
    }
  }

  @Test
  void file_cutShort_isWrittenAnew() throws IOException {
    Files.createDirectories(store.resolve("helper"));
    for (String left : List.of("", "{\"version\": \"0-01", "[]")) {
      Files.writeString(store.resolve("helper/promoted"), left);
      assertThat(pointer.promoted("helper")).isNull();
      assertThat(pointer.accept(promoted(20), 0, 1)).isTrue();
    }
  }

  @Test
  void names_thatCouldLeadOutOfTheStore_areRefused() {
    AdapterVersion outside = promoted(0);
    outside.setVersion("../../0-0123456789ab");
    assertThatThrownBy(() -> pointer.accept(outside, 0, 1)).isInstanceOf(ModelException.class);
    AdapterVersion other = promoted(0);
    other.setAdapterId("../helper");
    assertThatThrownBy(() -> pointer.accept(other, 0, 1)).isInstanceOf(ModelException.class);
  }

  @Test
  void promotion_ofAVersionThatTheStoreHasNot_changesNothing() throws IOException {
    pointer.accept(promoted(20), 0, 1);
    assertThatThrownBy(() -> pointer.accept(promoted(21), 0, 2))
        .hasMessage(
            "adapter helper: version 21-0123456789ab is to be served, but the store has none of"
                + " that name; what is served stays");
    assertThat(pointer.promoted("helper")).isEqualTo("20-0123456789ab");
  }

  private PromotedPointer following(String id, long end) {
    return new PromotedPointer(new LocalVersionFiles(store), new PointerTopic(id, Map.of(0, end)));
  }

  @Test
  void promotion_onAReplacedTopic_movesThePointerThatIsAheadOfIt() throws IOException {
    following("first", 100).accept(promoted(20), 0, 90);
    assertThat(Files.readString(store.resolve("helper/promoted")))
        .contains("\"topicId\" : \"first\"");
    PromotedPointer replaced = following("second", 3);
    assertThat(replaced.strays()).containsExactly("helper");
    assertThat(replaced.promoted("helper")).isEqualTo("20-0123456789ab");
    assertThat(replaced.accept(promoted(0), 0, 2)).isTrue();
    assertThat(replaced.promoted("helper")).isEqualTo("0-0123456789ab");
    assertThat(replaced.strays()).isEmpty();
    // From here on it is in order again.
    assertThat(replaced.accept(promoted(40), 0, 1)).isFalse();
    assertThat(replaced.accept(promoted(40), 0, 3)).isTrue();
  }

  @Test
  void pointerWithoutAnId_isReadOn_unlessItsRecordLiesBehindAllOfTheTopic() throws IOException {
    pointer.accept(promoted(20), 0, 90);
    assertThat(Files.readString(store.resolve("helper/promoted"))).doesNotContain("topicId");
    PromotedPointer same = following("first", 91);
    assertThat(same.strays()).isEmpty();
    assertThat(same.accept(promoted(0), 0, 80)).isFalse();
    PromotedPointer replaced = following("second", 90);
    assertThat(replaced.strays()).containsExactly("helper");
    assertThat(replaced.accept(promoted(0), 0, 5)).isTrue();
    assertThat(same.accept(promoted(40), 0, 91)).isTrue();
  }
}
