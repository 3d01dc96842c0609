package io.sapflow.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process holds of the machine's memory, heap, natives and all else. */
public final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final long KIBI = 1024;

  private ResidentMemory() {}

  /** Bytes, as Linux counts them; not a number on other systems. */
  public static double bytes() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(STATUS));
      return resident.find() ? Long.parseLong(resident.group(1)) * KIBI : Double.NaN;
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
