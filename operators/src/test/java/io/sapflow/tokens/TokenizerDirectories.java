package io.sapflow.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies the small byte-level tokenizer of the test resources into a directory of one test. */
public final class TokenizerDirectories {
  public static final String CHATML =
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' +"
          + " message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt"
          + " %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private TokenizerDirectories() {}

  /** Copies the files of a small tokenizer, with a chat template. */
  public static Path copy(Path directory, String template) throws IOException {
    for (String name :
        List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "config.json")) {
      try (InputStream in = TokenizerDirectories.class.getResourceAsStream("/tokenizer/" + name)) {
        Files.write(directory.resolve(name), in.readAllBytes());
      }
    }
    if (template != null) {
      Files.writeString(directory.resolve("chat_template.jinja"), template);
    }
    return directory;
  }

  static List<Map<String, Object>> chat(String... turns) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int i = 0; i < turns.length; i += 2) {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", turns[i]);
      message.put("content", turns[i + 1]);
      messages.add(message);
    }
    return messages;
  }

  static Chat whole(String... turns) {
    return Chat.of(chat(turns));
  }

  static void write(Path file, Map<String, ?> json) throws IOException {
    Files.write(file, new ObjectMapper().writeValueAsBytes(json));
  }

  /** The text of the targets, each run of them between these. */
  static String trained(ModelTokenizer tokenizer, EncodedChat chat, char open, char close) {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < chat.tokens().length; from++) {
      int to = from;
      while (to < chat.tokens().length && chat.targets()[to] == 1) {
        to++;
      }
      if (to > from) {
        int[] run = Arrays.copyOfRange(chat.tokens(), from, to);
        text.append(open).append(tokenizer.decode(run, false)).append(close);
        from = to;
      }
    }
    return text.toString();
  }
}
