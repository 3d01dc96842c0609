package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatePointersTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, String> pointers = new HashMap<>();
  private boolean undisturbed = true;
  private final LatePointers late = new LatePointers(pointers::get, () -> undisturbed);

  private void see(String version, VersionStatus status, String parent) {
    late.see(
        AdapterVersion.newBuilder()
            .setAdapterId("a")
            .setVersion(version)
            .setParent(parent)
            .setGeneration(0)
            .setStep(1)
            .setUpdates(1)
            .setUri("")
            .setSha256("")
            .setStatus(status)
            .setBaseModel("")
            .build());
  }

  private void look(int seconds) throws IOException {
    for (int i = 0; i < seconds; i++) {
      late.look(SECOND);
    }
  }

  @Test
  void pointerThatFollowsWithinThirtySeconds_isNotLate() throws IOException {
    see("1-a", VersionStatus.CANDIDATE, null);
    look(100);
    see("1-a", VersionStatus.PROMOTED, null);
    look(30);
    pointers.put("a", "1-a");
    look(1);
    see("2-b", VersionStatus.PROMOTED, "1-a");
    look(30);
    pointers.put("a", "2-b");
    look(100);
    assertThat(late.faults()).isEmpty();
  }

  @Test
  void pointerThatStaysBehind_isToldOnce() throws IOException {
    see("1-a", VersionStatus.PROMOTED, null);
    look(100);
    assertThat(late.faults())
        .containsExactly(
            "a: for more than 30 s the pointer has not named 1-a, which was promoted last");
  }

  @Test
  void pointerThatIsNotLedBack_isLate() throws IOException {
    pointers.put("a", "2-b");
    see("1-a", VersionStatus.PROMOTED, null);
    see("2-b", VersionStatus.PROMOTED, "1-a");
    see("2-b", VersionStatus.ROLLED_BACK, "1-a");
    look(31);
    assertThat(late.faults()).hasSize(1);
  }

  @Test
  void timeOfAFault_doesNotCount() throws IOException {
    see("1-a", VersionStatus.PROMOTED, null);
    look(20);
    undisturbed = false;
    look(1000);
    undisturbed = true;
    look(10);
    assertThat(late.faults()).isEmpty();
    look(1);
    assertThat(late.faults()).hasSize(1);
  }
}
