package io.sapflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of the working tree that a test runs in. */
public final class ProjectFiles {

  private static final List<String> LEFT_OUT = List.of("target", ".git", "node_modules");

  private ProjectFiles() {}

  /** The project's directory. */
  public static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    for (Path at = directory; at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("docs/guarantees.md"))) {
        return at;
      }
    }
    throw new IllegalStateException(directory + ": found no docs/ in it or above it");
  }

  /** The Java sources of what is released, in the order of their paths. */
  public static List<Path> mainSources() {
    return below(root(), path -> path.toString().matches(".*/src/main/java/.*\\.java"));
  }

  /** README, CONTRIBUTING, CHANGELOG and the pages of docs/, in the order of their paths. */
  public static List<Path> pages() {
    List<Path> pages = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      pages.add(root().resolve(name));
    }
    pages.addAll(below(root().resolve("docs"), path -> path.toString().endsWith(".md")));
    return pages;
  }

  /** A file's text. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> below(Path directory, Predicate<Path> wanted) {
    List<Path> found = new ArrayList<>();
    collect(directory, wanted, found);
    return found;
  }

  private static void collect(Path directory, Predicate<Path> wanted, List<Path> found) {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.sorted().toList()) {
        if (!Files.isDirectory(entry)) {
          if (wanted.test(entry)) {
            found.add(entry);
          }
        } else if (!LEFT_OUT.contains(entry.getFileName().toString())) {
          collect(entry, wanted, found);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
