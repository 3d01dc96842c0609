package io.sapflow.local.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Linux says of this process's memory. */
final class Residence {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MAPS = Path.of("/proc/self/maps");

  private Residence() {}

  /** Whether this system can be asked. */
  static boolean isKnown() {
    return Files.isReadable(STATUS) && Files.isReadable(MAPS);
  }

  /** Resident bytes once Java has collected its garbage. */
  static long bytes() {
    for (int i = 0; i < 2; i++) {
      System.gc(); // The second time for what cleaners of the first have let go.
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      String line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of libraries in memory whose name begins so. */
  static Set<String> libraries(String name) {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
