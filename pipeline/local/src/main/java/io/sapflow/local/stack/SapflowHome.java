package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory Sapflow was built in. The launcher names it in the system property {@code
 * sapflow.home}; without it, it is the nearest directory above the working directory that holds
 * {@code pipeline/local/broker}.
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
      if (Files.exists(dir.resolve("pipeline/local/broker/pom.xml"))) {
        return dir;
      }
    }
    throw new StackException(
        "no Sapflow directory at or above " + start + ": set -D" + PROPERTY + "=DIR");
  }

  /**
   * The class path of a child process, as the build wrote it.
   *
   * @param module directory of the module that lists it, such as {@code pipeline/local/broker}
   */
  static String classPath(String module) {
    Path file = find().resolve(module).resolve("target/classpath");
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StackException(
          "the class path cannot be read from "
              + file
              + ": build with mvn -pl "
              + module
              + " generate-resources",
          e);
    }
  }
}
