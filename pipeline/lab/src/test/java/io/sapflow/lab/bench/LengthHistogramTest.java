package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sapflow.toy.ToyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LengthHistogramTest {

  @TempDir Path directory;

  private static List<Lengths> draws(LengthHistogram histogram, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> histogram.draw(random)).limit(count).toList();
  }

  @Test
  void draw_equalSeeds_giveEqualLengths() {
    LengthHistogram histogram = LengthHistogram.shipped();
    assertThat(draws(histogram, 3, 100)).isEqualTo(draws(histogram, 3, 100));
    assertThat(draws(histogram, 3, 100)).isNotEqualTo(draws(histogram, 4, 100));
  }

  @Test
  void draw_bins_comeAsOftenAsCounted() {
    LengthHistogram histogram =
        LengthHistogram.of(
            List.of(new Lengths(3, 20), new Lengths(8, 17), new Lengths(9, 24), new Lengths(1, 1)));
    List<Lengths> drawn = draws(histogram, 0, 4000);
    assertThat(drawn)
        .allSatisfy(
            lengths -> {
              assertThat(lengths.prompt()).isBetween(1, 16);
              assertThat(lengths.answer()).isBetween(1, 24);
            });
    // The first two share the bin 1..8, 17..24.
    assertThat(drawn.stream().filter(l -> l.prompt() <= 8 && l.answer() >= 17).count() / 4000.0)
        .isCloseTo(0.5, within(0.03));
    assertThat(drawn.stream().filter(l -> l.prompt() > 8).count() / 4000.0)
        .isCloseTo(0.25, within(0.03));
  }

  @Test
  void lines_parsedAgain_drawTheSame() {
    LengthHistogram shipped = LengthHistogram.shipped();
    assertThat(shipped.examples()).isEqualTo(999);
    assertThat(draws(LengthHistogram.parse(shipped.lines()), 5, 50))
        .isEqualTo(draws(shipped, 5, 50));
  }

  @Test
  void limit_share_isAMultipleThatHoldsIt() {
    LengthHistogram histogram =
        LengthHistogram.of(
            List.of(new Lengths(1, 1), new Lengths(1, 2), new Lengths(5, 60), new Lengths(9, 300)));
    assertThat(histogram.limit(0.5, 128)).isEqualTo(128);
    assertThat(histogram.limit(1, 128)).isEqualTo(384);
    assertThat(BenchSettings.limitFor(LengthHistogram.shipped())).isEqualTo(512);
  }

  @Test
  void file_modelWithoutTokenizer_isCountedByCharacters() throws Exception {
    LengthHistogram found = LengthsFile.read(examples(), directory);
    // Ten characters are three tokens; 41 are 11, in the bin that begins with 9.
    assertThat(found.lines()).containsExactly("1,1,1", "1,9,1");
  }

  @Test
  void file_modelWithTokenizer_isCountedByItsTokens() throws Exception {
    Path file = Files.writeString(directory.resolve("toy.jsonl"), example("2 plus 3", "5"));
    assertThat(LengthsFile.read(file, ToyModel.unpack(directory)).lines()).containsExactly("1,1,1");
  }

  @Test
  void file_nothingTheModelCanBeTold_isRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("toy.jsonl"), example("2 plus 3 <|end|>", "5"));
    Path toy = ToyModel.unpack(directory);
    assertThatThrownBy(() -> LengthsFile.read(file, toy))
        .hasMessage(file + ": found no example that the model can be told, expected at least one");
  }

  private Path examples() throws Exception {
    return Files.writeString(
        directory.resolve("examples.jsonl"),
        example("ten chars.", "short") + example("ten chars.", "x".repeat(41)));
  }

  private static String example(String prompt, String answer) {
    return "{\"prompt\": \"" + prompt + "\", \"completion\": \"" + answer + "\"}\n";
  }
}
