package io.sapflow.tokens;

import io.sapflow.model.ConfiguredEnds;
import io.sapflow.model.JsonFile;
import io.sapflow.template.ChatTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tokens that end a model's answer: one set for training masks, generation, probes and what is
 * written for others to serve.
 *
 * <p>It is the union of {@code eos_token_id} in config.json and in generation_config.json, the
 * tokenizer's {@code eos_token}, and the control token that the chat template writes after an
 * answer, unless one of the others follows in the same run of control tokens.
 */
public final class EndTokens {

  private EndTokens() {}

  /**
   * Of a model directory, as far as it has these files; a model may have no tokenizer yet.
   *
   * @throws io.sapflow.model.ModelException naming the file at fault
   */
  public static SortedSet<Integer> read(Path directory) {
    return ids(sources(directory));
  }

  /** Where each of them is named. */
  public static SortedMap<Integer, List<String>> sources(Path directory) {
    Path tokenizer = directory.resolve(Vocabulary.FILE);
    if (!Files.exists(tokenizer)) {
      return configured(directory);
    }
    Vocabulary vocabulary = Vocabulary.read(JsonFile.read(tokenizer));
    ChatTemplate template = TemplateFile.isThere(directory) ? TemplateFile.read(directory) : null;
    return sources(directory, vocabulary, NamedTokens.read(directory, vocabulary), template);
  }

  /** The same set of parts that have been read. */
  static SortedSet<Integer> of(
      Path directory, Vocabulary vocabulary, Map<String, String> named, ChatTemplate template) {
    return ids(sources(directory, vocabulary, named, template));
  }

  private static SortedSet<Integer> ids(SortedMap<Integer, List<String>> sources) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(sources.keySet()));
  }

  /**
   * Where each of them is named.
   *
   * @param named texts of eos_token and its like, by name
   * @param template null where there is none
   */
  private static SortedMap<Integer, List<String>> sources(
      Path directory, Vocabulary vocabulary, Map<String, String> named, ChatTemplate template) {
    SortedMap<Integer, List<String>> sources = configured(directory);
    if (named.containsKey(NamedTokens.EOS)) {
      vocabulary
          .id(named.get(NamedTokens.EOS))
          .ifPresent(id -> add(sources, id, "the tokenizer's eos_token"));
    }
    if (template != null) {
      TurnEnd.of(template, named, vocabulary.added(), Set.copyOf(sources.keySet()))
          .ifPresent(id -> add(sources, id, "the chat template"));
    }
    return sources;
  }

  private static SortedMap<Integer, List<String>> configured(Path directory) {
    SortedMap<Integer, List<String>> sources = new TreeMap<>();
    ConfiguredEnds.read(directory)
        .forEach((file, ids) -> ids.forEach(id -> add(sources, id, file)));
    return sources;
  }

  private static void add(SortedMap<Integer, List<String>> sources, int id, String from) {
    sources.computeIfAbsent(id, none -> new ArrayList<>()).add(from);
  }
}
