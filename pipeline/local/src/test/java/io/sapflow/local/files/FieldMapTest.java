package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldMapTest {

  @TempDir Path directory;

  private static FieldMap map(String... arguments) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String argument : arguments) {
      all.put(
          argument.substring(0, argument.indexOf('=')),
          argument.substring(argument.indexOf('=') + 1));
    }
    return FieldMap.of(all);
  }

  private static String apply(FieldMap map, String row) {
    FieldMap.Mapped mapped = map.apply(row.getBytes(StandardCharsets.UTF_8));
    return mapped.object() == null ? row : mapped.object().toString();
  }

  @Test
  void apply_dotsAndPointers_moveFieldsOut() {
    String row = "{\"meta\":{\"question\":\"q\",\"n\":1},\"out\":{\"a\":{\"text\":\"a\"}},\"x\":2}";
    String moved = "{\"meta\":{\"n\":1},\"x\":2,\"prompt\":\"q\",\"completion\":\"a\"}";
    assertThat(apply(map("prompt=meta.question", "completion=out.a.text"), row)).isEqualTo(moved);
    assertThat(apply(map("prompt=/meta/question", "completion=/out/a/text"), row)).isEqualTo(moved);
    assertThat(apply(map("prompt=a/b"), "{\"a/b\":\"q\"}")).isEqualTo("{\"prompt\":\"q\"}");
    assertThat(apply(map("prompt=/a~1b/~0"), "{\"a/b\":{\"~\":\"q\"}}"))
        .isEqualTo("{\"prompt\":\"q\"}");
  }

  @Test
  void apply_nameWithDots_isAName() {
    assertThat(apply(map("prompt=meta.question"), "{\"meta.question\":\"q\"}"))
        .isEqualTo("{\"prompt\":\"q\"}");
    assertThat(apply(map("prompt=a.b.c"), "{\"a.b\":{\"c\":\"q\"}}"))
        .isEqualTo("{\"prompt\":\"q\"}");
  }

  @Test
  void apply_placesInAList_takeTheListAway() {
    assertThat(
            apply(
                map("prompt=turns.0.text", "completion=turns.1.text"),
                "{\"turns\":[{\"text\":\"q\"},{\"text\":\"a\"}]}"))
        .isEqualTo("{\"prompt\":\"q\",\"completion\":\"a\"}");
  }

  @Test
  void apply_fieldsThatChangePlaces_areSwapped() {
    assertThat(
            apply(
                map("prompt=completion", "completion=prompt"),
                "{\"prompt\":\"a\",\"completion\":\"q\"}"))
        .isEqualTo("{\"prompt\":\"q\",\"completion\":\"a\"}");
  }

  @Test
  void canonical_isOneTextForMapsThatDoTheSame() {
    assertThat(map("a=x.y", "b=z").canonical())
        .isEqualTo("a=/x/y\nb=/z")
        .isEqualTo(map("b=/z", "a=/x/y").canonical());
    assertThat(map("a=/x.y").canonical()).isNotEqualTo(map("a=x.y").canonical());
    assertThat(FieldMap.NONE.canonical()).isEmpty();
  }

  @Test
  void apply_nothingThere_leavesTheRowAsItIs() {
    for (String row :
        List.of("{\"meta\": 1}", "{\"meta\": null}", "no JSON", "[1]", "{\"a\":1,\"a\":2}")) {
      assertThat(apply(map("prompt=meta.question", "id=turns.0"), row)).isEqualTo(row);
    }
  }

  @Test
  void of_emptyParts_areRefused() {
    for (String wrong : List.of("=a", "prompt=", "prompt=a..b", "prompt=/")) {
      assertThatThrownBy(() -> map(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "--map: found " + wrong + ", expected FIELD=PATH such as prompt=meta.question");
    }
  }

  @Test
  void file_placeThatNoRowHas_isTold() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("x.jsonl"),
            "{\"meta\":{\"q\":\"q\"},\"completion\":\"a\"}\n{\"meta\":{},\"prompt\":\"p\",\"completion\":\"a\"}\n");
    Reading reading = new Reading(map("prompt=meta.q", "system=meta.s"), false);
    try (RecordFile<FileExample> opened = ExampleFile.open(file, reading)) {
      FileExample first = ((FileEntry.Parsed<FileExample>) opened.next()).value();
      assertThat(first.messages().get(0).getContent()).isEqualTo("q");
      opened.next();
      assertThat(opened.notes())
          .containsExactly(
              file + ": unknown field meta in 1 rows: not used",
              file + ": --map system=meta.s: no row has such a field");
    }
  }

  @Test
  void file_rowsThatWereSkipped_leaveOpenWhatTheyHad() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("x.jsonl"), "{\"prompt\":\"p\",\"completion\":\"a\"}\n".repeat(2));
    try (RecordFile<FileExample> opened =
        ExampleFile.open(file, new Reading(map("system=meta.s"), false))) {
      opened.skip();
      opened.next();
      assertThat(opened.notes()).isEmpty();
    }
  }

  @Test
  void file_halfACharacter_isRefusedAsWithoutAMap() throws Exception {
    String row = "{\"prompt\":\"p\\ud800\",\"completion\":\"a\",\"t\":\"u\"}\n";
    String good = "{\"prompt\":\"p\",\"completion\":\"a\"}\n";
    Path file = Files.writeString(directory.resolve("x.jsonl"), row + good);
    String plain = first(file, FieldMap.NONE);
    assertThat(plain).startsWith(file + ":1: ");
    assertThat(first(file, map("system=t"))).isEqualTo(plain);
  }

  private static String first(Path file, FieldMap map) {
    try (RecordFile<FileExample> opened = ExampleFile.open(file, new Reading(map, false))) {
      return ((FileEntry.BadLine<FileExample>) opened.next()).message();
    }
  }

  @Test
  void pairsAndPrompts_areMappedToo() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("p.jsonl"),
            "{\"q\":\"zorble?\",\"answers\":{\"good\":\"no\",\"bad\":\"yes\"},\"kind\":\"harmful\"}\n");
    Reading pair =
        new Reading(map("prompt=q", "chosen=answers.good", "rejected=answers.bad"), false);
    try (RecordFile<SafetyPair> opened = PairFile.open(file, pair)) {
      SafetyPair read = ((FileEntry.Parsed<SafetyPair>) opened.next()).value();
      assertThat(read.getSafe()).isEqualTo("no");
      assertThat(read.getHarmful()).isEqualTo("yes");
    }
    Reading prompt = new Reading(map("prompt=q", "safe=answers.good"), false);
    try (RecordFile<ProbePrompt> opened = PromptFile.open(file, prompt)) {
      ProbePrompt read = ((FileEntry.Parsed<ProbePrompt>) opened.next()).value();
      assertThat(read.getPrompt().get(0).getContent()).isEqualTo("zorble?");
      assertThat(read.getSafe()).isEqualTo("no");
    }
  }
}
