package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.HeldExample;
import io.sapflow.schema.HeldSpan;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.SourceEvidence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Blocks of each released format are committed and must stay readable: state/examples-N.block and
 * state/span-N.block, written as those of {@link GoldenStateTest} are.
 */
class HeldBlocksTest {

  private static final int EXAMPLES = AdapterImage.FIRST_SINCE_GREEN_BLOCK;
  private static final int SPAN = AdapterImage.FIRST_OLDER_BLOCK;

  private final CountedBlocks state = new CountedBlocks();
  private final HeldBlocks blocks = new HeldBlocks("helper", state);

  private static List<HeldExample> examples() {
    HeldExample whole = ExampleLogTest.held(1, 7, 300);
    return List.of(whole, HeldExamples.byReference(ExampleLogTest.held(2, 8, 30)));
  }

  private static HeldSpan span() {
    return new HeldSpan(
        12L,
        3L,
        5L,
        List.of(
            new OffsetRange("sapflow.examples.v1", 0, 4L, 14L),
            new OffsetRange("sapflow.examples.v1", 1, 9L, 9L)),
        List.of(new SourceEvidence("wiki", true, 12, 1.0, 0.25, 0.5, 4, 0.125)));
  }

  private static Path file(String kind) {
    return Path.of("src/test/resources/state/" + kind + "-1.block");
  }

  private TensorBlock committed(String kind) throws Exception {
    byte[] bytes = Files.readAllBytes(file(kind));
    return new TensorBlock(bytes, bytes.length);
  }

  @Test
  void blocksOfTheFirstFormat_areRead() throws Exception {
    state.blocks.put(EXAMPLES, committed("examples"));
    state.blocks.put(SPAN, committed("span"));
    assertThat(blocks.examples(EXAMPLES)).isEqualTo(examples());
    assertThat(blocks.span(SPAN)).isEqualTo(span());
  }

  @Test
  void blocks_written_areRead() {
    blocks.putExamples(EXAMPLES, examples());
    blocks.putSpan(SPAN, span());
    assertThat(blocks.examples(EXAMPLES)).isEqualTo(examples());
    assertThat(blocks.span(SPAN)).isEqualTo(span());
  }

  @Test
  @EnabledIfSystemProperty(named = "sapflow.golden", matches = "write")
  void write() throws Exception {
    blocks.putExamples(EXAMPLES, examples());
    blocks.putSpan(SPAN, span());
    Files.write(file("examples"), state.blocks.get(EXAMPLES).array());
    Files.write(file("span"), state.blocks.get(SPAN).array());
  }
}
