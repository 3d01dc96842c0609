package io.sapflow.ops.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.RecordFile;
import io.sapflow.ops.topics.Sending;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.testing.ProjectFiles;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.MaskedText;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code model render} shows of a row is what the job is trained on when it is sent. */
class RenderIsTrainingTest {

  /** It writes all that a row may hold. */
  private static final String WRITES_ALL =
      "{{ bos_token }}{% if tools %}<|system|>{{ tools | tojson }}<|end|>{% endif %}"
          + "{% for m in messages %}{% if m.role == 'assistant' %}<|assistant|>"
          + "{% if m.reasoning_content %}({{ m.reasoning_content }}){% endif %}"
          + "{{ m.content or '' }}{% for c in m.tool_calls %}[{{ c.function.name }}"
          + " {{ c.function.arguments if c.function.arguments is string else"
          + " c.function.arguments | tojson }}]{% endfor %}<|end|>{% elif m.role == 'tool' %}"
          + "<|user|>={{ m.content }}<|end|>{% else %}<|{{ m.role }}|>{{ m.content }}<|end|>"
          + "{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

  private static final List<String> FURTHER =
      List.of(
          "{\"prompt\":\"q\",\"response\":\"a\",\"system\":\"s\"}",
          "{\"instruction\":\"q\",\"input\":\"i\",\"output\":\"a\",\"history\":[[\"b\",\"c\"]]}",
          "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"function_call\","
              + "\"value\":\"{\\\"name\\\":\\\"f\\\",\\\"arguments\\\":{\\\"a\\\":1.5}}\"},"
              + "{\"from\":\"observation\",\"value\":\"o\"},{\"from\":\"gpt\",\"value\":\"a\"}],"
              + "\"tools\":\"[{\\\"name\\\":\\\"f\\\"}]\"}",
          "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
              + "{\"type\":\"text\",\"text\":\"b\"}]},{\"role\":\"assistant\",\"content\":null,"
              + "\"reasoning\":\"hm\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":{\"x\":[1,null]}}]"
              + "}]}",
          "{\"prompt\":\"q\",\"completion\":\"<|end|>\"}",
          "{\"prompt\":\"q\",\"completion\":\"a\",\"train\":false}",
          "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\","
              + "\"content\":\"a\",\"weight\":0}]}",
          "{\"prompt\":\"\\n\\nHuman: q\\n\\nAssistant: a\\n\\nHuman: r\\n\\nAssistant:\","
              + "\"completion\":\" b\"}");

  /** UltraFeedback's pairs are conversations too. */
  private static final Set<String> OF_PAIRS =
      Set.of("prompt", "chosen", "rejected", "score_chosen", "score_rejected");

  @TempDir Path directory;

  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final AdapterPolicy adapters = new AdapterPolicy(Set.of(), 8);

  private static List<String> rows() throws IOException {
    Path cases = ProjectFiles.root().resolve("pipeline/local/src/test/resources/cases");
    List<String> rows = new ArrayList<>(FURTHER);
    for (String folder : List.of("tool-calls", "turn-weights", "unclear-errors", "pairs-system")) {
      try (Stream<Path> files = Files.list(cases.resolve(folder))) {
        for (Path file : files.sorted().toList()) {
          if (!file.endsWith("tokenizer_config.json")) {
            rows.addAll(Files.readAllLines(file));
          }
        }
      }
    }
    return rows;
  }

  /** The example as it stands on the topic, or what is said of the row. */
  private Object sent(Path file) {
    List<TrainingExample> examples = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Sending sending =
        new Sending(
            IngestLimits.DEFAULT,
            adapters,
            example -> codec.encode(example).length,
            examples::add,
            faults::add);
    try (RecordFile<FileExample> opened = ExampleFile.open(file)) {
      sending.send(opened, new Sending.As("a", "s", ""), soFar -> true);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    return examples.isEmpty() ? faults.get(0) : examples.get(0);
  }

  /** How many rows are trained; each is shown as it is trained, or refused as it is. */
  private int compare(ModelEncoder model) throws Exception {
    ExampleDecoder decoder = new ExampleDecoder(IngestLimits.DEFAULT, adapters);
    int trained = 0;
    for (String row : rows()) {
      Path file = Files.writeString(directory.resolve("row.json"), row);
      if (!(sent(file) instanceof TrainingExample example)) {
        assertThat(catchThrowable(() -> MessagesFile.read(file)))
            .as(row)
            .hasMessageStartingWith(file + ": ");
        continue;
      }
      byte[] bytes = codec.encode(example);
      RawRecord raw = new RawRecord(Topics.EXAMPLES, 0, 0, 7, new byte[0], bytes, new byte[0]);
      EncodedChat chat;
      try {
        chat = model.encoder().encode(Chats.of(decoder.decode(raw)), raw.timestamp());
      } catch (ChatException e) {
        assertThat(catchThrowable(() -> model.encoder().mask(MessagesFile.read(file).chat(), 7)))
            .as(row)
            .hasMessage(e.getMessage());
        continue;
      }
      MaskedText shown = model.encoder().mask(MessagesFile.read(file).chat(), 7);
      assertThat(shown.text()).isEqualTo(chat.text());
      assertThat(Arrays.copyOf(shown.encoded().ids(), shown.kept())).isEqualTo(chat.tokens());
      assertThat(Arrays.copyOf(shown.targets(), shown.kept())).isEqualTo(chat.targets());
      assertThat(MessagesFile.read(file).unknownFields()).isSubsetOf(OF_PAIRS);
      trained++;
    }
    return trained;
  }

  @Test
  void templateThatWritesAll_trainsWhatItShows() throws Exception {
    Path toy = ToyModel.unpack(directory);
    Files.writeString(toy.resolve("chat_template.jinja"), WRITES_ALL);
    try (ModelEncoder model = ModelEncoder.open(toy, 2048)) {
      // Not: the control token, the two without anything to learn, KTO's two, three of ShareGPT's,
      // the one with a field twice, and six pairs and two prompts.
      assertThat(compare(model)).isEqualTo(rows().size() - 9 - 8);
    }
  }

  @Test
  void toysOwnTemplate_setsAsideWhatItHasNoPlaceFor() throws Exception {
    try (ModelEncoder model = ModelEncoder.open(ToyModel.unpack(directory), 2048)) {
      // Not these either: five with calls and tools, three of further ones with calls.
      assertThat(compare(model)).isEqualTo(rows().size() - 9 - 8 - 5 - 3);
    }
  }

  @Test
  void callsOfTheCase_areTrainedAsItsTemplateRendersThem() throws Exception {
    Path model = ProjectFiles.root().resolve("../shared/models/stories260k");
    assumeTrue(
        Files.isDirectory(model), model + " is not there: the model is others' and not ours");
    for (String name : List.of("config.json", "generation_config.json", "tokenizer.json")) {
      Files.copy(model.resolve(name), directory.resolve(name));
    }
    Path cases = ProjectFiles.root().resolve("pipeline/local/src/test/resources/cases/tool-calls");
    Files.copy(cases.resolve("tokenizer_config.json"), directory.resolve("tokenizer_config.json"));
    try (ModelEncoder encoder = ModelEncoder.open(directory, 512)) {
      compare(encoder);
      Path one = cases.resolve("one-call.json");
      ChatException refused =
          org.assertj.core.api.Assertions.catchThrowableOfType(
              ChatException.class, () -> encoder.encoder().mask(MessagesFile.read(one).chat(), 0));
      assertThat(refused).hasMessageStartingWith("tools: the chat template writes nothing for it");
      Path without = directory.resolve("without-tools.json");
      Files.writeString(
          without, Files.readString(one).replaceFirst("\"tools\": .*?\\}\\}\\}\\}\\], ", ""));
      MaskedText shown = encoder.encoder().mask(MessagesFile.read(without).chat(), 0);
      assertThat(shown.text())
          .isEqualTo(
              "<s>Ask: where is the hat 0\nTell: <<hm>> I will look. [call find_toy"
                  + " {\"toy\":\"hat\"}]</s>");
      int last = shown.targets().length - 1;
      assertThat(shown.targets()[last]).isEqualTo((byte) 1);
    }
  }
}
