package io.sapflow.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a model directory needs beside its weights: configuration, tokenizer, chat templates and
 * licence.
 */
final class CompanionFiles {
  private static final List<String> STARTS = List.of("license", "notice", "tokenizer.model");
  private static final List<String> ENDS =
      List.of(".json", ".jinja", ".txt", ".model", ".tiktoken");

  /** An index names weights that are elsewhere; an adapter's configuration would apply it again. */
  private static final List<String> LEFT = List.of(".index.json", PeftAdapter.CONFIG);

  /** Where the transformers library keeps templates other than the default. */
  private static final String TEMPLATES = "additional_chat_templates";

  private CompanionFiles() {}

  /** Copies them into a directory that has none of them. */
  static void copy(Path from, Path to) throws IOException {
    copyFiles(from, to);
    if (Files.isDirectory(from.resolve(TEMPLATES))) {
      copyFiles(from.resolve(TEMPLATES), Files.createDirectory(to.resolve(TEMPLATES)));
    }
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(CompanionFiles::isOne).sorted().toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static boolean isOne(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return (ENDS.stream().anyMatch(name::endsWith) || STARTS.stream().anyMatch(name::startsWith))
        && LEFT.stream().noneMatch(name::endsWith)
        && Files.isRegularFile(file);
  }
}
