package io.sapflow.toy;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the toy model's directory, all but the weights: {@code config.json}, {@code
 * generation_config.json}, {@code tokenizer.json}, {@code tokenizer_config.json}, {@code
 * special_tokens_map.json}. The same bytes on every platform.
 */
public final class ToyModelFiles {
  private ToyModelFiles() {}

  /** Writes into the directory, which is made when missing; files of these names are replaced. */
  public static void write(Path directory) throws IOException {
    ToyTokenizer tokenizer = new ToyTokenizer();
    Files.createDirectories(directory);
    write(directory.resolve("config.json"), ToyConfig.config(tokenizer.vocabularySize()));
    write(directory.resolve("generation_config.json"), ToyConfig.generationConfig());
    write(directory.resolve("tokenizer.json"), tokenizer.tokenizerJson());
    write(directory.resolve("tokenizer_config.json"), tokenizer.tokenizerConfig());
    write(directory.resolve("special_tokens_map.json"), tokenizer.specialTokensMap());
  }

  private static void write(Path file, ObjectNode json) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    String text = new ObjectMapper().writer(printer).writeValueAsString(json) + "\n";
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
