package io.sapflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.local.stack.SapflowHome;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same sources, built again in another place, give the same bits. */
class ReproducibleBuildIT {

  private static final Set<String> LEFT_OUT = Set.of("target", ".git");

  /** What a build is made of; nothing else of a checkout is copied. */
  private static final List<String> SOURCES =
      List.of("pom.xml", ".mvn", "jvm.arguments", "schemas", "operators", "pipeline");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void builtAgain_givesTheSameJars(@TempDir Path copy) throws IOException, InterruptedException {
    Path maven = command("mvn");
    assumeTrue(maven != null, "no mvn on the PATH: the build is not made a second time");
    Path home = SapflowHome.find();
    for (String source : SOURCES) {
      copy(home.resolve(source), copy.resolve(source));
    }
    Path log = copy.resolve("build.log");
    Process build =
        new ProcessBuilder(
                maven.toString(),
                "-o",
                "-B",
                "-q",
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "package")
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(build.waitFor(9, TimeUnit.MINUTES)).isTrue();
    } finally {
      build.descendants().forEach(ProcessHandle::destroyForcibly);
      build.destroyForcibly();
    }
    assertThat(build.exitValue()).as(Files.readString(log)).isZero();
    Map<String, String> again = digests(copy);
    assertThat(again).containsKey("pipeline/job/target/sapflow-job.jar").hasSizeGreaterThan(10);
    assertThat(digests(home)).containsAllEntriesOf(again);
  }

  /** Digests of the jars and the lists of libraries, by their path. */
  private static Map<String, String> digests(Path root) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.find(root, 5, (file, is) -> isProduct(file))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        digests.put(root.relativize(file).toString(), sha256(file));
      }
    }
    return digests;
  }

  private static boolean isProduct(Path file) {
    String name = file.getFileName().toString();
    return file.getParent().endsWith("target")
        && !name.endsWith("-tests.jar")
        && (name.endsWith(".jar") || name.endsWith("-sbom.json"));
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path command(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes is)
              throws IOException {
            if (LEFT_OUT.contains(dir.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(dir)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
