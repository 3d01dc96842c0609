package io.sapflow.lab.chaos;

import io.sapflow.schema.AdapterVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Pointers that do not name the version that was promoted last within 30 seconds. Only time in
 * which the job runs undisturbed counts.
 */
final class LatePointers {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The version that a pointer names; null for none. */
  interface Pointers {
    String promoted(String adapterId) throws IOException;
  }

  private final Pointers pointers;
  private final BooleanSupplier undisturbed;
  private final Promotions promotions = new Promotions();

  /** For how long each pointer has named another version, in nanoseconds. */
  private final Map<String, Long> behind = new HashMap<>();

  private final List<String> faults = new ArrayList<>();

  /**
   * None is late yet.
   *
   * @param undisturbed whether the job runs and nothing is done to it
   */
  LatePointers(Pointers pointers, BooleanSupplier undisturbed) {
    this.pointers = pointers;
    this.undisturbed = undisturbed;
  }

  /** Takes the next committed record of the adapters topic. */
  void see(AdapterVersion record) {
    promotions.see(record);
  }

  /** Looks at the pointers, so many nanoseconds after the last look. */
  void look(long nanos) throws IOException {
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, String> promoted : promotions.all().entrySet()) {
      if (promoted.getValue().equals(pointers.promoted(promoted.getKey()))) {
        behind.remove(promoted.getKey());
      } else {
        others.add(promoted.getKey());
      }
    }
    if (!others.isEmpty() && undisturbed.getAsBoolean()) {
      others.forEach(adapter -> note(adapter, behind.merge(adapter, nanos, Long::sum), nanos));
    }
  }

  private void note(String adapter, long total, long nanos) {
    if (total > LIMIT.toNanos() && total - nanos <= LIMIT.toNanos()) {
      faults.add(
          adapter
              + ": for more than "
              + LIMIT.toSeconds()
              + " s the pointer has not named "
              + promotions.of(adapter)
              + ", which was promoted last");
    }
  }

  /** Each that was late, in words. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
