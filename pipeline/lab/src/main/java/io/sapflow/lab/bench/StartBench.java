package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.local.stack.ClassArchive;
import io.sapflow.local.stack.SapflowHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Starts in processes of their own, with and without the archive of classes in turn. */
public final class StartBench {

  private final List<String> command;

  /**
   * A bench.
   *
   * @param command main class and arguments of a process that writes {@link #line} of one start as
   *     its last line
   */
  public StartBench(List<String> command) {
    this.command = command;
  }

  /** One start as the process that measured it writes it. */
  public static String line(Map<Start.Part, Long> parts) {
    var json = new ObjectMapper().createObjectNode();
    parts.forEach((part, millis) -> json.put(part.word(), millis));
    return json.toString();
  }

  /** Measures so many starts of either kind; of each pair the one without archive comes first. */
  public StartBenchResult run(int rounds) throws IOException {
    List<Map<Start.Part, Double>> with = new ArrayList<>();
    List<Map<Start.Part, Double>> without = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      without.add(start("none"));
      with.add(start("use"));
    }
    return new StartBenchResult(with, without);
  }

  private Map<Start.Part, Double> start(String archive) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (archive.equals("use")) {
      words.addAll(ClassArchive.arguments("pipeline/cli"));
    }
    words.add("-D" + ClassArchive.PROPERTY + "=" + archive);
    words.add("@" + SapflowHome.find().resolve("jvm.arguments"));
    words.add("-D" + SapflowHome.PROPERTY + "=" + SapflowHome.find());
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(command);
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException("a start ended with exit code " + exit + ": " + said);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return parsed(said.strip().lines().reduce("", (before, line) -> line));
  }

  private static Map<Start.Part, Double> parsed(String line) throws IOException {
    JsonNode json = new ObjectMapper().readTree(line);
    Map<Start.Part, Double> parts = new EnumMap<>(Start.Part.class);
    for (Start.Part part : Start.Part.values()) {
      parts.put(part, json.required(part.word()).asDouble());
    }
    return parts;
  }
}
