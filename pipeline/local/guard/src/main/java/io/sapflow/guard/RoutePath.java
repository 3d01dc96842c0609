package io.sapflow.guard;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The segments of a request's target as Flink's router reads it. */
final class RoutePath {

  private RoutePath() {}

  /**
   * Lower-case segments, without query, empty segments and API version.
   *
   * @throws IllegalArgumentException if the target is no path
   */
  static List<String> segments(String target) {
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("the target is no path that begins with /");
    }
    List<String> segments = new ArrayList<>();
    // Decoded before it is split, so that an encoded slash separates as well.
    for (String segment : decoded(target.split("[?#]", 2)[0]).split("/")) {
      if (!segment.isEmpty()) {
        segments.add(segment.toLowerCase(Locale.ROOT));
      }
    }
    return !segments.isEmpty() && segments.get(0).matches("v\\d+")
        ? segments.subList(1, segments.size())
        : segments;
  }

  /** Until nothing is encoded any more: Flink decodes the path, and then its segments again. */
  private static String decoded(String path) {
    String text = path;
    while (text.contains("%")) {
      try {
        text = URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("the target has a broken percent-encoding", e);
      }
    }
    return text;
  }
}
