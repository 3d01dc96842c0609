package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import io.sapflow.template.ChatTemplate;
import io.sapflow.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a model directory says about its control tokens and its chat template. */
record TokenizerFiles(
    ChatTemplate template,
    Map<String, String> named,
    Map<String, Integer> special,
    SortedSet<Integer> endIds,
    int largestId) {
  private static final String[] NAMES = {"bos_token", "eos_token", "pad_token", "unk_token"};

  static TokenizerFiles read(Path directory) {
    Vocabulary vocabulary = Vocabulary.read(JsonFile.read(need(directory, "tokenizer.json")));
    Map<String, Integer> added = vocabulary.added();
    DeclaredTokens.check(directory, added);
    Map<String, Integer> special = new LinkedHashMap<>(vocabulary.special());
    Map<String, String> named = new LinkedHashMap<>();
    for (String file : new String[] {"special_tokens_map.json", "tokenizer_config.json"}) {
      names(directory.resolve(file), vocabulary, named);
    }
    named.values().stream()
        .filter(added::containsKey)
        .forEach(text -> special.put(text, added.get(text)));
    SortedSet<Integer> endIds = new TreeSet<>();
    for (String file : new String[] {"generation_config.json", "config.json"}) {
      if (Files.exists(directory.resolve(file))) {
        endIds.addAll(
            JsonFile.read(directory.resolve(file)).integers("eos_token_id", Integer.MAX_VALUE));
      }
    }
    if (added.containsKey(named.get("eos_token"))) {
      endIds.add(added.get(named.get("eos_token")));
    }
    // What ends a turn is a control token, whether or not the tokenizer marks it as special.
    added.forEach(
        (text, id) -> {
          if (endIds.contains(id)) {
            special.put(text, id);
          }
        });
    return new TokenizerFiles(
        template(directory),
        Collections.unmodifiableMap(named),
        Collections.unmodifiableMap(special),
        Collections.unmodifiableSortedSet(endIds),
        vocabulary.largestId());
  }

  private static Path need(Path directory, String name) {
    Path path = directory.resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          path
              + ": there is no such file; a model directory with "
              + name
              + " in the Hugging Face layout would be right");
    }
    return path;
  }

  private static void names(Path path, Vocabulary vocabulary, Map<String, String> named) {
    if (!Files.exists(path)) {
      return;
    }
    JsonFile file = JsonFile.read(path);
    for (String name : NAMES) {
      if (!file.has(name)) {
        continue;
      }
      String text = file.isNested(name) ? file.object(name).text("content") : file.text(name);
      if (!vocabulary.holds(text)) {
        throw file.wrong(name, "a token of tokenizer.json");
      }
      named.put(name, text);
    }
  }

  private static ChatTemplate template(Path directory) {
    Path own = directory.resolve("chat_template.jinja");
    Path config = directory.resolve("tokenizer_config.json");
    Path from = Files.exists(own) ? own : config;
    try {
      return ChatTemplate.parse(
          Files.exists(own)
              ? Files.readString(own)
              : configured(need(directory, "tokenizer_config.json")));
    } catch (IOException e) {
      throw new ModelException(from + ": cannot be read as UTF-8 text: " + e.getMessage(), e);
    } catch (TemplateException e) {
      throw new ModelException(from + ": chat template: " + e.getMessage(), e);
    }
  }

  private static String configured(Path path) {
    JsonFile config = JsonFile.read(path);
    if (!config.has("chat_template")) {
      throw new ModelException(
          path
              + ": chat_template is missing; a template there or in chat_template.jinja would be"
              + " right");
    }
    if (!config.isNested("chat_template")) {
      return config.text("chat_template");
    }
    for (JsonFile template : config.objects("chat_template")) {
      if (template.text("name").equals("default")) {
        return template.text("template");
      }
    }
    throw config.wrong("chat_template", "a text, or a list with a template named default,");
  }
}
