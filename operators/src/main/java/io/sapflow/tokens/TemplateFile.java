package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import io.sapflow.template.ChatTemplate;
import io.sapflow.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The chat template of a model directory: chat_template.jinja, or else in its configuration. */
final class TemplateFile {
  /** The tokenizer's configuration. */
  static final String CONFIG = "tokenizer_config.json";

  private static final String OWN = "chat_template.jinja";
  private static final String KEY = "chat_template";

  private TemplateFile() {}

  /** Whether there is one. */
  static boolean isThere(Path directory) {
    Path config = directory.resolve(CONFIG);
    return Files.exists(directory.resolve(OWN))
        || (Files.exists(config) && JsonFile.read(config).has(KEY));
  }

  /** Reads it; a {@link ModelException} names the file at fault. */
  static ChatTemplate read(Path directory) {
    Path own = directory.resolve(OWN);
    Path config = directory.resolve(CONFIG);
    Path from = Files.exists(own) ? own : config;
    try {
      return ChatTemplate.parse(
          Files.exists(own) ? Files.readString(own) : configured(need(directory, CONFIG)));
    } catch (IOException e) {
      throw new ModelException(from + ": cannot be read as UTF-8 text: " + e.getMessage(), e);
    } catch (TemplateException e) {
      throw new ModelException(from + ": chat template: " + e.getMessage(), e);
    }
  }

  private static String configured(Path path) {
    JsonFile config = JsonFile.read(path);
    if (!config.has(KEY)) {
      throw new ModelException(
          path
              + ": chat_template is missing; a template there or in chat_template.jinja would be"
              + " right");
    }
    if (!config.isNested(KEY)) {
      return config.text(KEY);
    }
    for (JsonFile template : config.objects(KEY)) {
      if (template.text("name").equals("default")) {
        return template.text("template");
      }
    }
    throw config.wrong(KEY, "a text, or a list with a template named default,");
  }

  /** A file that must be there. */
  static Path need(Path directory, String name) {
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
}
