package io.sapflow.local.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** In how many rows of a file each field stood that nothing is done with. */
public final class UnknownFields {

  /** Rows may have any names; those beyond this many are counted together. */
  private static final int MOST = 100;

  private static final int LONGEST = 64;
  private static final int MOST_NAMED = 8;
  private static final String FURTHER = "(others)";

  private final SortedMap<String, Long> rows = new TreeMap<>();

  /** Counts those of one row. */
  void add(Set<String> fields) {
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

  /** The names of some, as they are told. */
  static String names(Set<String> fields) {
    return fields.stream()
        .map(UnknownFields::plain)
        .sorted()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(", "));
  }

  /** How many rows have each. */
  public SortedMap<String, Long> counts() {
    return Collections.unmodifiableSortedMap(rows);
  }

  /** A line for each, the most frequent first. */
  List<String> lines(String file) {
    List<String> lines = new ArrayList<>();
    rows.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(
            field ->
                lines.add(
                    file
                        + ": unknown field "
                        + field.getKey()
                        + " in "
                        + field.getValue()
                        + " rows: not used"));
    return lines;
  }
}
