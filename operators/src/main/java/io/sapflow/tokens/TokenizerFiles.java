package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import io.sapflow.tokens.template.ChatTemplate;
import io.sapflow.tokens.template.TemplateException;
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
    JsonFile tokenizer = JsonFile.read(need(directory, "tokenizer.json"));
    Map<String, Integer> added = new LinkedHashMap<>();
    Map<String, Integer> special = new LinkedHashMap<>();
    if (tokenizer.has("added_tokens")) {
      for (JsonFile token : tokenizer.objects("added_tokens")) {
        int id = token.integer("id", 0, Integer.MAX_VALUE);
        added.put(token.text("content"), id);
        if (token.flag("special", false)) {
          special.put(token.text("content"), id);
        }
      }
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (String file : new String[] {"special_tokens_map.json", "tokenizer_config.json"}) {
      names(directory.resolve(file), named);
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
        largestId(tokenizer, added));
  }

  /** The vocabulary is a map of tokens to ids, or a list whose places are the ids. */
  private static int largestId(JsonFile tokenizer, Map<String, Integer> added) {
    int largest = added.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    if (!tokenizer.has("model") || !tokenizer.object("model").isNested("vocab")) {
      return largest;
    }
    JsonFile model = tokenizer.object("model");
    if (model.isList("vocab")) {
      return Math.max(largest, model.size("vocab") - 1);
    }
    JsonFile vocabulary = model.object("vocab");
    for (String token : vocabulary.keys()) {
      largest = Math.max(largest, vocabulary.integer(token, 0, Integer.MAX_VALUE));
    }
    return largest;
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

  private static void names(Path path, Map<String, String> named) {
    if (!Files.exists(path)) {
      return;
    }
    JsonFile file = JsonFile.read(path);
    for (String name : NAMES) {
      if (file.isNested(name)) {
        named.put(name, file.object(name).text("content"));
      } else if (file.has(name)) {
        named.put(name, file.text(name));
      }
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
