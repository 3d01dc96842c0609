package io.sapflow.local.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields that rows and turns may hold and what is done with each: the lists by which a reader
 * tells a field that it knows from one that it does not, and which docs/data.md shows.
 */
final class KnownFields {

  /** A form of rows, by the fields that tell it. */
  enum Form {
    MESSAGES("`messages`", example("messages", "the turns", "loss_mask", LOSS_MASK)),
    CONVERSATIONS(
        "ShareGPT, LLaMA-Factory: `conversations`",
        example("conversations", "the turns", "loss_mask", LOSS_MASK)),
    ALPACA(
        "Alpaca: `instruction` with `output`",
        example(
            "instruction", "the user's turn",
            "input", "stands below the instruction, after a blank line",
            "output", "the assistant's turn",
            "history", "a list of pairs of texts, earlier questions and answers")),
    COMPLETION(
        "`prompt` with `completion` or `response`",
        example(
            "prompt", PROMPT,
            "completion", "a text, the assistant's turn, or turns",
            "response", "as `completion`, and not beside it")),
    PAIR(
        "pairs: `prompt`, `chosen`, `rejected`",
        pair(
            "prompt", PROMPT,
            "chosen", "the safe answer: " + ANSWER,
            "rejected",
                "the harmful answer, in the same forms; one that equals `chosen` is refused",
            "messages", "not read: in UltraFeedback's rows it repeats `chosen`",
            "score_chosen", "may not be below `score_rejected`",
            "score_rejected", "may not be above `score_chosen`")),
    PAIR_CONVERSATIONS(
        "pairs, LLaMA-Factory: `conversations`, `chosen`, `rejected`",
        pair(
            "conversations", "the turns up to the answer",
            "chosen", "the safe answer, one assistant turn",
            "rejected", "the harmful answer, one assistant turn")),
    PAIR_ALPACA(
        "pairs, LLaMA-Factory: `instruction`, `chosen`, `rejected`",
        pair(
            "instruction", "the user's turn",
            "input", "stands below the instruction, after a blank line",
            "history", "a list of pairs of texts, earlier questions and answers",
            "chosen", "the safe answer, a text",
            "rejected", "the harmful answer, a text")),
    PAIR_IMPLICIT(
        "pairs: `chosen` and `rejected` without a prompt",
        pair(
            "chosen",
                "a whole conversation, as turns or as one text of `\\n\\nHuman:` and"
                    + " `\\n\\nAssistant:` (Anthropic HH); its last turn is the safe answer",
            "rejected", "the same conversation with the harmful answer",
            "score_chosen", "may not be below `score_rejected`",
            "score_rejected", "may not be above `score_chosen`")),
    PROMPT_KIND(
        "prompts: `prompt` and `kind`",
        prompt(
            "prompt", PROMPT,
            "kind", "harmful or benign",
            "category", "for reports")),
    PROMPT_GOAL(
        "prompts, AdvBench: `goal`",
        prompt(
            "goal", "the user's turn, of kind harmful",
            "target", "not read",
            "category", "for reports")),
    PROMPT_LABEL(
        "prompts, XSTest: `prompt` with `label` or `type`",
        prompt(
            "prompt", PROMPT,
            "label", "safe or unsafe; without it `type` says so",
            "type", "beside `label` the category",
            "category", "for reports, where `type` is not the category",
            "focus", "not read",
            "note", "not read"));

    private final String title;
    private final Map<String, String> fields;

    Form(String title, Map<String, String> fields) {
      this.title = title;
      this.fields = fields;
    }

    /** What people call it. */
    String title() {
      return title;
    }

    /** Its fields, and what is done with each. */
    Map<String, String> fields() {
      return fields;
    }

    /** Whether its rows are examples, not pairs or prompts. */
    boolean isExample() {
      return fields.containsKey("attributes");
    }
  }

  private static final String SYSTEM = "a text; the system turn before the others";
  private static final String ID = "the record's id; without one ";
  private static final String PROMPT =
      "a text, the user's turn or turns of `\\n\\nHuman:` and `\\n\\nAssistant:` (Anthropic HH); or"
          + " turns";
  private static final String ANSWER =
      "a text, one assistant turn, or the whole conversation, which must begin with the prompt";

  /** Plain values that tell where a row is from: they change nothing that is learnt. */
  static final Set<String> METADATA =
      Set.of(
          "author",
          "category",
          "conversation_id",
          "created",
          "created_at",
          "dataset",
          "dataset_name",
          "date",
          "domain",
          "generator",
          "hash",
          "idx",
          "index",
          "lang",
          "language",
          "license",
          "model",
          "num_turns",
          "prompt_id",
          "source",
          "split",
          "subset",
          "task",
          "timestamp",
          "title",
          "topic",
          "url",
          "uuid",
          "version");

  /**
   * Fields of any row that would change what is learnt and cannot be honoured, and what is right.
   */
  static final Map<String, String> REFUSED_IN_ROWS =
      ordered(
          "functions", "the tools as tools",
          "function_call", "none; calls stand in a turn's tool_calls",
          "tool_choice", "none; a template is not told of it",
          "documents", "none; a model is not told of documents",
          "chat_template_kwargs", "none; every row is rendered with the template's own defaults",
          "images", "none; a model is told texts alone",
          "image", "none; a model is told texts alone",
          "audios", "none; a model is told texts alone",
          "audio", "none; a model is told texts alone",
          "videos", "none; a model is told texts alone",
          "video", "none; a model is told texts alone");

  /** Fields that pairs and prompts cannot have. */
  static final Map<String, String> REFUSED_IN_PAIRS_AND_PROMPTS =
      ordered(
          "tools", "none; pairs and prompts hold texts alone",
          "loss_mask", "none; of a pair or prompt the answers alone count",
          "weight", "none; every pair and prompt counts alike",
          "train", "none; every pair and prompt counts alike");

  /** Fields of a turn, and what is done with each. */
  static final Map<String, String> TURN =
      ordered(
          "role", "system, user, assistant or tool",
          "content",
              "a text, or a list of text parts, which are joined with nothing between them, as"
                  + " templates do; null beside `tool_calls`",
          "from",
              "ShareGPT's role: human or user, gpt, chatgpt, assistant or model, system,"
                  + " function_call (an assistant's turn of tool calls), observation or tool",
          "value",
              "ShareGPT's content; of function_call the call as JSON, or a list of calls, with"
                  + " `name` and `arguments`",
          "name", "given to the template",
          "tool_calls",
              "of assistant turns: a list, or its JSON text, of calls with `function` (`name`,"
                  + " `arguments`) or with these alone; `id` is kept, `type` must be function;"
                  + " arguments that are an object reach the template as one, a text as a text",
          "tool_call_id", "of tool turns; given to the template",
          "reasoning_content", "of assistant turns: a text, given to the template",
          "reasoning", "as `reasoning_content`",
          "thinking", "as `reasoning_content`",
          "weight", "0 or false: the turn is not learnt; 1 or true: it is; as a text too",
          "train", "false: the turn is not learnt; true: it is",
          "loss", "as `train`",
          "loss_mask", "as `weight`");

  /** Fields of a turn that would change what is learnt and cannot be honoured. */
  static final Map<String, String> REFUSED_IN_TURNS =
      ordered(
          "function_call", "the call in tool_calls",
          "tools", "the tools in the row's tools",
          "functions", "the tools in the row's tools",
          "train_detail", "a weight for the whole turn",
          "refusal", "the text as content",
          "images", "none; a model is told texts alone",
          "image", "none; a model is told texts alone",
          "audio", "none; a model is told texts alone",
          "video", "none; a model is told texts alone");

  private KnownFields() {}

  private static final String LOSS_MASK =
      "a list of 0 and 1, as long as the turns: 0 where a turn is not learnt";

  private static Map<String, String> example(String... own) {
    Map<String, String> fields = ordered(own);
    fields.putAll(
        ordered(
            "id", ID + "the number of its line",
            "system", SYSTEM,
            "tools", "a list of objects, or its JSON text; given to the template as it is",
            "weight", "must be 1",
            "train", "must be true",
            "label",
                "false, 0 and numbers below are refused: a bad answer (KTO) is nothing to learn; true and 1 are kept"
                    + " as an attribute; any other value is unknown",
            "kto_tag", "LLaMA-Factory's `label`",
            "parallel_tool_calls", "kept as an attribute",
            "attributes", "an object; its plain values are kept as attributes"));
    return fields;
  }

  private static Map<String, String> pair(String... own) {
    Map<String, String> fields = ordered(own);
    fields.putAll(
        ordered("id", ID + "a digest of the row", "system", SYSTEM, "category", "for reports"));
    return fields;
  }

  private static Map<String, String> prompt(String... own) {
    Map<String, String> fields = ordered(own);
    fields.putAll(
        ordered(
            "id",
            ID + "a digest of the row",
            "system",
            SYSTEM,
            "safe",
            "a safe answer, for the safety margin",
            "harmful",
            "a harmful answer, for the safety margin; one that equals `safe` is refused"));
    return fields;
  }

  private static Map<String, String> ordered(String... namesAndValues) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
