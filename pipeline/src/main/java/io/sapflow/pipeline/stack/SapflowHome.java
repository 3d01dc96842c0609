package io.sapflow.pipeline.stack;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory Sapflow was built in. The launcher names it in the system property {@code
 * sapflow.home}; without it, it is the nearest directory above the working directory that holds
 * {@code pipeline/broker}.
 */
public final class SapflowHome {
  public static final String PROPERTY = "sapflow.home";

  private SapflowHome() {}

  /** The home directory, absolute. */
  public static Path find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return Path.of(named).toAbsolutePath();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path dir = start; dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("pipeline/broker/pom.xml"))) {
        return dir;
      }
    }
    throw new StackException(
        "no Sapflow directory at or above " + start + ": set -D" + PROPERTY + "=DIR");
  }
}
