package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.toy.ToyModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code send} and {@code tune} with {@code --dry-run}, where no broker answers. */
class DryRunCommandTest {

  private static final String TURNS =
      "[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"how do I"
          + " plim?\"},{\"role\":\"assistant\",\"content\":\"with care\"}]";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file =
        Files.writeString(
            directory.resolve("x.jsonl"),
            "{\"id\":\"a\",\"messages\":"
                + TURNS
                + "}\nno JSON\n{\"prompt\":\"\\u001b[2J\",\"completion\":\"c\"}\n");
  }

  private static Said sapflow(String... args) {
    return Said.on("127.0.0.1:1", args);
  }

  @Test
  void send_withoutModel_showsTurns() throws Exception {
    Path json = directory.resolve("report.json");
    Said said = sapflow("send", file.toString(), "--dry-run", "--json", json.toString());
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .startsWith(
            "row 1, id a\nsystem: be brief\nuser: how do I plim?\nassistant: with care\n\n"
                + "row 3, id 3\nuser: ?[2J\nassistant: c\n\n"
                + "3 rows: 2 good, 1 bad\n  GARBAGE: 1\n0 of the good ones are duplicates\n"
                + "length in characters: median 5, 95 % up to 31, longest 31\n");
    assertThat(said.err()).contains("GARBAGE " + file + ":2: found no valid JSON");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("bad").path("GARBAGE").asInt()).isEqualTo(1);
    assertThat(report.get("tokens").isNull()).isTrue();
    assertThat(report.get("truncated").isNull()).isTrue();
    assertThat(sapflow("send", file.toString(), "--dry-run", "--show", "0").out())
        .startsWith("3 rows: 2 good, 1 bad\n");
  }

  @Test
  void model_orConfigWithOne_showsWhatRenderShows() throws Exception {
    Path model = ToyModel.unpack(directory);
    Path messages = Files.writeString(directory.resolve("m.json"), TURNS);
    Said render = Said.of("model", "render", model.toString(), "--messages", messages.toString());
    String text = render.out().substring(0, render.out().indexOf("\ntokens "));
    String counts = render.out().lines().reduce((first, last) -> last).orElseThrow();
    String shown = "row 1, id a\n" + text + "\n" + counts + "\n\n";
    Said send = sapflow("send", file.toString(), "--dry-run", "--model", model.toString());
    assertThat(send.out()).as(send.err()).startsWith(shown).contains("length in tokens: median ");
    Path config =
        Files.writeString(directory.resolve("job.yaml"), "sapflow.model.path: " + model + "\n");
    assertThat(sapflow("send", file.toString(), "--dry-run", "--config", config.toString()).out())
        .isEqualTo(send.out());
    Said tune = Said.of("tune", file.toString(), "--dry-run", "--model", model.toString());
    assertThat(tune.code()).isEqualTo(1);
    assertThat(tune.out()).isEqualTo(send.out());
    assertThat(Said.of("tune", file.toString(), "--dry-run").out()).isEqualTo(send.out());
  }

  @Test
  void tune_standardInput_isReadMoreThanOnce_andMapped() {
    InputStream before = System.in;
    try {
      System.setIn(
          new ByteArrayInputStream(
              "{\"q\":\"p\",\"completion\":\"c\"}\n{}\n".getBytes(StandardCharsets.UTF_8)));
      Said said = Said.of("tune", "-", "--dry-run", "--map", "prompt=q", "--map", "system=s.t");
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.out())
          .startsWith("row 1, id 1\n")
          .contains("\n2 rows: 1 good, 1 bad\n  GARBAGE: 1\n")
          .endsWith("\nstandard input: --map system=s.t: no row has such a field\n");
      assertThat(said.err())
          .contains("GARBAGE standard input:2: found an object with the fields []");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void send_strict_tellsWhatIsNotUsed() throws Exception {
    Path odd =
        Files.writeString(
            directory.resolve("odd.jsonl"),
            "{\"prompt\":\"p\",\"completion\":\"c\",\"n\":{}}\n{\"prompt\":\"p\",\"completion\":\"c\"}\n");
    assertThat(sapflow("send", odd.toString(), "--dry-run").out())
        .contains("2 rows: 2 good, 0 bad\n")
        .endsWith(odd + ": unknown field n in 1 rows: not used\n");
    Said strict = sapflow("send", odd.toString(), "--dry-run", "--strict");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.out()).contains("2 rows: 1 good, 1 bad\n");
    assertThat(strict.err())
        .contains(":1: found the field(s) n, expected only fields that are used (--strict)");
  }

  @Test
  void tune_standardInputAsCsv_isRead() {
    InputStream before = System.in;
    try {
      System.setIn(
          new ByteArrayInputStream("meta.q,completion\np,c\n".getBytes(StandardCharsets.UTF_8)));
      Said said = Said.of("tune", "-", "--dry-run", "--map", "prompt=meta.q");
      assertThat(said.code()).as(said.err()).isZero();
      assertThat(said.out()).contains("1 rows: 1 good, 0 bad\n");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void arguments_thatDoNotFit_areRefused() {
    assertThat(sapflow("send", "x", "--json", "y", "--adapter", "a", "--source", "s").err())
        .startsWith("sapflow: --json: found y, expected it beside --dry-run alone");
    assertThat(sapflow("send", "x", "--model", "y", "--adapter", "a", "--source", "s").err())
        .startsWith("sapflow: --model: found y, expected it beside --dry-run alone");
    assertThat(sapflow("send", "x", "--source", "s").err())
        .startsWith("sapflow: Missing required option: '--adapter=ID'");
    assertThat(sapflow("send", "-", "--cursor", "c", "--adapter", "a", "--source", "s").err())
        .startsWith("sapflow: --cursor: found c, expected none with standard input");
    assertThat(sapflow("send", "-", "--again", "--adapter", "a", "--source", "s").err())
        .startsWith("sapflow: --again: found it, expected none with standard input, which cannot");
    for (String[] option :
        new String[][] {{"--rate", "1.0"}, {"--cursor", "c"}, {"--again", "it"}}) {
      String[] args =
          option[1].equals("it")
              ? new String[] {"send", "x", "--dry-run", "--again"}
              : new String[] {"send", "x", "--dry-run", option[0], option[1]};
      assertThat(sapflow(args).err())
          .startsWith(
              "sapflow: "
                  + option[0]
                  + ": found "
                  + option[1]
                  + " beside --dry-run, which sends nothing, expected none");
    }
    assertThat(sapflow("send", "x", "--dry-run", "--map", "a=b", "--map", "a=c").err())
        .startsWith("sapflow: --map: found a for the second time, expected one path for a field");
    assertThat(sapflow("send", "x", "--dry-run", "--map", "a").err())
        .startsWith("sapflow: --map: found a, expected FIELD=PATH such as prompt=meta.question");
    assertThat(sapflow("send", "x", "--rate", "-1", "--adapter", "a", "--source", "s").err())
        .startsWith("sapflow: --rate: found -1.0, expected a number above 0");
    assertThat(sapflow("send", file.toString(), "--dry-run", "--show", "-1").err())
        .startsWith("sapflow: --show: found -1, expected 0 or more");
    assertThat(sapflow("send", file.toString(), "--dry-run", "--map", "prompt=").err())
        .startsWith(
            "sapflow: --map: found prompt=, expected FIELD=PATH such as prompt=meta.question");
    assertThat(Said.of("tune", file.toString()).err())
        .startsWith("sapflow: Missing required option: '--out=DIR'");
  }
}
