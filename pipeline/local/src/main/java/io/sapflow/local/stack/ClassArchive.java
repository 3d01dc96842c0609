package io.sapflow.local.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Classes as a JVM has read and checked them, kept in a file, so that the next one of the same
 * class path begins with them (class data sharing, JEP 350). A JVM that finds its archive made by
 * another Java or of other jars goes without it.
 *
 * <p>Archives are made where the system property {@code sapflow.archive} is {@code make}, as each
 * JVM ends, and left alone where it is {@code none}.
 */
public final class ClassArchive {

  /** Of system properties. */
  public static final String PROPERTY = "sapflow.archive";

  private ClassArchive() {}

  /**
   * What a JVM is told to use, or to make, its archive; nothing where there is none.
   *
   * @param module directory of the module that lists its class path
   */
  public static List<String> arguments(String module) {
    Path file = SapflowHome.find().resolve(module).resolve("target/classes.jsa");
    return switch (System.getProperty(PROPERTY, "use")) {
      case "make" -> List.of("-XX:ArchiveClassesAtExit=" + file, "-Xlog:disable");
      case "use" ->
          Files.isReadable(file)
              ? List.of(
                  "-XX:SharedArchiveFile=" + file,
                  "-Xshare:auto",
                  "-Xlog:cds=off",
                  "-Xlog:cds+dynamic=off")
              : List.of();
      default -> List.of();
    };
  }
}
