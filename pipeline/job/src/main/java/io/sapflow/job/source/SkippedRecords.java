package io.sapflow.job.source;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records that somebody has told the job to go past.
 *
 * @param places of them
 */
public record SkippedRecords(Set<Place> places) implements Serializable {

  /** No record. */
  public static final SkippedRecords NONE = new SkippedRecords(Set.of());

  private static final Pattern PLACE =
      Pattern.compile("([A-Za-z0-9._-]{1,249}):([0-9]{1,9}):([0-9]{1,18})");

  /** Where a record stands. */
  public record Place(String topic, int partition, long offset) implements Serializable {}

  /** Keeps a copy that travels. */
  public SkippedRecords {
    places = new HashSet<>(places);
  }

  /**
   * Reads places.
   *
   * @param key of the option that has them
   * @param written each as {@code TOPIC:PARTITION:OFFSET}
   * @throws IllegalArgumentException naming what is no place
   */
  public static SkippedRecords of(String key, Collection<String> written) {
    Set<Place> places = new HashSet<>();
    for (String each : written) {
      Matcher place = PLACE.matcher(each.strip());
      if (!place.matches()) {
        throw new IllegalArgumentException(
            key + ": found " + each + ", expected TOPIC:PARTITION:OFFSET");
      }
      places.add(
          new Place(
              place.group(1), Integer.parseInt(place.group(2)), Long.parseLong(place.group(3))));
    }
    return new SkippedRecords(places);
  }

  /** Whether a record is one of them. */
  public boolean contains(String topic, int partition, long offset) {
    return !places.isEmpty() && places.contains(new Place(topic, partition, offset));
  }
}
