package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.stack.SapflowHome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as users call it; it finds the build this test belongs to. */
@Timeout(480)
class LauncherIT {
  private static final Path LAUNCHER = SapflowHome.find().resolve("sapflow");

  @TempDir Path dir;

  @Test
  void help_anotherDirectoryThroughALink_isPrinted() throws Exception {
    Path link = Files.createDirectory(dir.resolve("with blank")).resolve("sap flow");
    Files.createSymbolicLink(link, LAUNCHER);
    Result result = run(link, Map.of(), "--help");
    assertThat(result.exit).isZero();
    assertThat(result.out).startsWith("Usage: sapflow").contains("--version");
    assertThat(result.err).isEmpty();
  }

  @Test
  void unknownOption_isOneLineAndTwo() throws Exception {
    Result result = run(LAUNCHER, Map.of(), "--colour");
    assertThat(result.exit).isEqualTo(2);
    assertThat(result.err).isEqualTo("sapflow: Unknown option: '--colour' (see sapflow --help)\n");
    assertThat(result.out).isEmpty();
  }

  @Test
  void unknownPlatform_isOneLineAndTwo() throws Exception {
    Result result =
        run(LAUNCHER, Map.of("PATH", fakeUname() + ":" + System.getenv("PATH")), "--help");
    assertThat(result.exit).isEqualTo(2);
    assertThat(result.err)
        .isEqualTo(
            "sapflow: there is no native library for Plan9 m68k, only for Linux x86_64,"
                + " Linux aarch64 and macOS arm64\n");
  }

  @Test
  void javaHomeWithoutJava_saysWhatToDo() throws Exception {
    Result result = run(LAUNCHER, Map.of("JAVA_HOME", "/nowhere"), "--help");
    assertThat(result.exit).isEqualTo(1);
    assertThat(result.err)
        .isEqualTo(
            "sapflow: no Java at '/nowhere/bin/java': install JDK 17 or later, or set JAVA_HOME\n");
  }

  @Test
  void classPath_hasTheLibraryOfEveryCodec() throws Exception {
    String classPath = read(LAUNCHER.resolveSibling("pipeline/cli/target/classpath-runtime"));
    Path tests =
        Path.of(
            CompressedRecords.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Result result =
        run(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Map.of(),
            "-cp",
            tests + File.pathSeparator + classPath.strip(),
            CompressedRecords.class.getName());
    assertThat(result.exit).as(result.err).isZero();
    assertThat(result.out.lines())
        .containsExactly(
            "none: a record",
            "gzip: a record",
            "snappy: a record",
            "lz4: a record",
            "zstd: a record");
  }

  @Test
  void archive_isMadeOnce_andClassesComeFromIt() throws Exception {
    // No command of bench is this; it is told after the archive is made.
    assertThat(run(LAUNCHER, Map.of("SAPFLOW_ARCHIVE", "make"), "bench", "none").exit).isEqualTo(2);
    Path archive = LAUNCHER.resolveSibling("pipeline/cli/target/classes.jsa");
    Assumptions.assumeTrue(
        Files.size(archive) > 0, "no archive was made: this machine is too slow");
    assertThat(run(LAUNCHER, Map.of("SAPFLOW_ARCHIVE", "make"), "bench", "none").err)
        .startsWith("sapflow: ")
        .contains("none");
    Path loaded = dir.resolve("loaded");
    run(LAUNCHER, Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded), "--version");
    assertThat(read(loaded).lines().filter(line -> line.contains("SapflowCommand ")))
        .singleElement()
        .asString()
        .endsWith("source: shared objects file (top)");
  }

  private Path fakeUname() throws IOException {
    Path bin = Files.createDirectory(dir.resolve("bin"));
    Path uname = bin.resolve("uname");
    Files.writeString(
        uname, "#!/bin/sh\nif [ \"$1\" = -s ]; then echo Plan9; else echo m68k; fi\n");
    assertThat(uname.toFile().setExecutable(true)).isTrue();
    return bin;
  }

  private Result run(Path launcher, Map<String, String> environment, String... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(420, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private record Result(int exit, String out, String err) {}
}
