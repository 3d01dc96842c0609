package io.sapflow.local.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** In how many rows of a file each field stood that nothing is done with. */
public final class UnknownFields {

  /** Rows may have any names; those beyond this many are counted together. */
  private static final int MOST = 100;

  private static final int LONGEST = 64;
  private static final String FURTHER = "(others)";

  private final SortedMap<String, Long> rows = new TreeMap<>();

  /** Counts those of one row. */
  public void add(Set<String> fields) {
    boolean further = false;
    for (String field : fields) {
      String name = plain(field);
      if (rows.containsKey(name) || rows.size() < MOST) {
        rows.merge(name, 1L, Long::sum);
      } else {
        further = true;
      }
    }
    if (further) {
      rows.merge(FURTHER, 1L, Long::sum);
    }
  }

  private static String plain(String field) {
    String plain = field.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
  }

  /** Rows by the fields' names. */
  public SortedMap<String, Long> rows() {
    return Collections.unmodifiableSortedMap(rows);
  }

  /** One line for each field, the most frequent first, and for each place that no row had. */
  public List<String> lines(RecordFile<?> file) {
    List<String> lines = new ArrayList<>();
    rows.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(
            field ->
                lines.add(
                    file.name()
                        + ": unknown field "
                        + field.getKey()
                        + " in "
                        + field.getValue()
                        + " rows: not used"));
    file.missed()
        .forEach(
            place -> lines.add(file.name() + ": --map " + place + ": no row has such a field"));
    return lines;
  }
}
