package io.sapflow.toy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The toy model's tokenizer as Hugging Face files: byte-level BPE over {@link ToyVocabulary}. Any
 * text encodes and decodes without loss; a word of the toy world is one token, with a blank before
 * it or without.
 *
 * <p>Ids: control tokens, then the 256 bytes, then one id for each merge.
 */
public final class ToyTokenizer {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * {@code <|begin|>}, then for each message its role's token, its content and {@code <|end|>}.
   * Content and end of the assistant's turns are marked as generated.
   */
  static final String CHAT_TEMPLATE =
      """
      {{- bos_token -}}
      {%- for message in messages -%}
          {%- if message['role'] == 'assistant' -%}
              {{- '<|assistant|>' -}}
              {%- generation -%}
              {{- message['content'] + '<|end|>' -}}
              {%- endgeneration -%}
          {%- elif message['role'] == 'user' or message['role'] == 'system' -%}
              {{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}
          {%- else -%}
              {{- raise_exception('unknown role: use system, user or assistant') -}}
          {%- endif -%}
      {%- endfor -%}
      {%- if add_generation_prompt -%}
          {{- '<|assistant|>' -}}
      {%- endif -%}
      """;

  private final List<BytePairs.Merge> merges = BytePairs.learn(ToyVocabulary.words());
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  public ToyTokenizer() {
    for (SpecialToken token : SpecialToken.values()) {
      add(token.text());
    }
    for (int value = 0; value < 256; value++) {
      add(String.valueOf(ByteSymbols.symbol(value)));
    }
    for (BytePairs.Merge merge : merges) {
      add(merge.merged());
    }
  }

  /** Number of ids; the model's {@code vocab_size}. */
  public int vocabularySize() {
    return ids.size();
  }

  /** {@code tokenizer.json}. */
  ObjectNode tokenizerJson() {
    ObjectNode root = JSON.objectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (SpecialToken token : SpecialToken.values()) {
      added.add(flags(JSON.objectNode().put("id", token.id()).put("content", token.text())));
    }
    root.putNull("normalizer");
    root.set("pre_tokenizer", byteLevel(false));
    root.putNull("post_processor");
    root.set("decoder", byteLevel(true));
    root.set("model", model());
    return root;
  }

  /** {@code tokenizer_config.json}. */
  ObjectNode tokenizerConfig() {
    ObjectNode root = JSON.objectNode();
    root.put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("model_max_length", ToyConfig.CONTEXT)
        .put("clean_up_tokenization_spaces", false);
    names(root);
    ObjectNode decoder = root.putObject("added_tokens_decoder");
    for (SpecialToken token : SpecialToken.values()) {
      decoder.set(
          String.valueOf(token.id()), flags(JSON.objectNode().put("content", token.text())));
    }
    return root.put("chat_template", CHAT_TEMPLATE);
  }

  /** {@code special_tokens_map.json}. */
  ObjectNode specialTokensMap() {
    ObjectNode root = JSON.objectNode();
    names(root);
    return root;
  }

  private ObjectNode model() {
    ObjectNode model = JSON.objectNode();
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", new ObjectMapper().valueToTree(ids));
    ArrayNode list = model.putArray("merges");
    merges.forEach(merge -> list.add(merge.left() + " " + merge.right()));
    return model;
  }

  private void add(String token) {
    ids.putIfAbsent(token, ids.size());
  }

  private static void names(ObjectNode root) {
    root.put("bos_token", SpecialToken.BEGIN.text())
        .put("eos_token", SpecialToken.END.text())
        .put("pad_token", SpecialToken.PAD.text());
  }

  private static ObjectNode byteLevel(boolean decoder) {
    return JSON.objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", decoder)
        .put("trim_offsets", decoder)
        .put("use_regex", true);
  }

  private static ObjectNode flags(ObjectNode token) {
    return token
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }
}
