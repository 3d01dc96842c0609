package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterImageTest {

  /** Short, so that each tensor of weights (14336 bytes) takes several. */
  private static final int BLOCK = 2000;

  @TempDir Path temp;

  private final CountedBlocks saved = new CountedBlocks();
  private final Heard heard = new Heard();
  private final AdapterImage image = new AdapterImage(new BlockPool(), BLOCK);
  private TrainHarness.Resources resources;
  private AdapterTrainer.Shared shared;
  private AdapterTrainer trainer;

  private static final class Heard implements TrainOutput {
    final List<AdapterVersion> versions = new ArrayList<>();

    @Override
    public void step(TrainingStep step) {}

    @Override
    public void version(AdapterVersion version) {
      versions.add(version);
    }

    @Override
    public void quarantine(QuarantinedRecord record) {}
  }

  @BeforeEach
  void train() throws Exception {
    resources = new TrainHarness.Resources(temp, TrainHarness.MODEL, TrainHarness.FRESH, null);
    shared =
        new AdapterTrainer.Shared(
            TrainHarness.options(),
            resources.kernel(),
            resources.store(),
            new ActiveSet<>(),
            (command, situation) -> null,
            resources.baseModel(),
            heard);
    byte[] pair = TrainHarness.pair(0).value();
    shared
        .pairs()
        .put(
            "pair-0",
            resources.pairs().encode(RecordCodec.of(SafetyPair.class).decode(pair)),
            pair);
    trainer = AdapterTrainer.fresh(shared, "helper");
    examples(0, 11);
  }

  private void examples(int from, int to) {
    for (int i = from; i < to; i++) {
      trainer.accept(TrainHarness.example("helper", i), true);
    }
  }

  @AfterEach
  void close() {
    trainer.close();
    resources.close();
  }

  private Room room() {
    return new Room(saved, () -> 1 << 20);
  }

  private void assertReadsBack() throws Exception {
    assertReadsBack(trainer.book());
  }

  private void assertReadsBack(AdapterBook expected) throws Exception {
    try (AdapterTrainer again = image.read(shared, "helper", room())) {
      assertThat(again.book()).isEqualTo(expected);
      again
          .state()
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.toFloats())
                      .as(name)
                      .isEqualTo(trainer.state().tensors().get(name).toFloats()));
      assertThat(again.takeUnsaved()).isEqualTo(AdapterTrainer.Unsaved.NOTHING);
    }
  }

  @Test
  void write_allNew_isCutIntoBlocksAndReadBack() throws Exception {
    image.write(trainer, saved);
    assertThat(saved.blocks.values()).allMatch(block -> block.length() <= BLOCK);
    // Four vectors of eight blocks, three probes of one.
    assertThat(saved.blocks.keySet().stream().filter(n -> n < AdapterImage.FIRST_BOOK_BLOCK))
        .hasSize(35);
    assertReadsBack();
  }

  @Test
  void write_onlyTheWindowGrew_leavesTheTensorsAlone() throws Exception {
    image.write(trainer, saved);
    saved.puts = 0;
    image.write(trainer, saved);
    assertThat(saved.puts).isZero();
    examples(11, 12);
    image.write(trainer, saved);
    assertThat(saved.puts).isPositive().isLessThan(10);
    assertReadsBack();
    examples(12, 16);
    image.write(trainer, saved);
    assertThat(saved.puts).isGreaterThan(35);
    assertReadsBack();
  }

  @Test
  void write_shorterBook_dropsItsLastBlocks() throws Exception {
    image.write(trainer, saved);
    examples(11, 80);
    image.write(trainer, saved);
    int before = saved.blocks.size();
    String version = trainer.book().getVersions().get(0).getVersion();
    String newest =
        trainer.book().getVersions().get(trainer.book().getVersions().size() - 1).getVersion();
    assertThat(newest).isNotEqualTo(version);
    promote(trainer, newest);
    image.write(trainer, saved);
    assertThat(saved.blocks.size()).isLessThan(before);
    assertReadsBack();
  }

  private static void promote(AdapterTrainer trainer, String version) {
    trainer.command(
        TrainHarness.commandOf("promote", "gate", CommandKind.PROMOTED, Map.of("version", version))
            .build(),
        TrainHarness.NOW);
  }

  @Test
  void read_nothingSaved_isNull() throws Exception {
    assertThat(image.read(shared, "helper", room())).isNull();
  }

  @Test
  void read_blocksOfAnotherShape_isRefused() throws Exception {
    image.write(trainer, saved);
    saved.blocks.put(2, new TensorBlock(new byte[8], 8));
    assertThatThrownBy(() -> image.read(shared, "helper", room()))
        .isInstanceOf(UnfitStateException.class)
        .hasMessageContaining("adapter helper: state block 2 has 8 bytes, expected 2000");
  }

  /** The first release's book had no answers yet. */
  @Test
  void read_bookOfTheFirstRelease_takesDefaultsForWhatItLacks() throws Exception {
    AdapterBook book = saveInTheFirstReleasesSchema();
    assertReadsBack(
        AdapterBook.newBuilder(book)
            .setSmoothedAlignment(null)
            .setSmoothedSafetyLoss(null)
            .setVersions(
                book.getVersions().stream()
                    .map(
                        known ->
                            KnownVersion.newBuilder(known)
                                .clearUpdates()
                                .clearUri()
                                .clearSha256()
                                .build())
                    .toList())
            .build());
  }

  @Test
  void rollback_afterABookThatNamesNoDigests_namesThemByTheStore() throws Exception {
    examples(11, 48);
    AdapterBook book = saveInTheFirstReleasesSchema();
    assertThat(book.getVersions()).hasSizeGreaterThan(2);
    List<AdapterVersion> made = List.copyOf(heard.versions);
    try (AdapterTrainer again = image.read(shared, "helper", room())) {
      promote(again, made.get(0).getVersion());
      // One of them is in the store no more.
      Files.delete(temp.resolve("helper/" + made.get(1).getVersion() + "/manifest.json"));
      again.command(
          TrainHarness.commandOf("back", "ada", CommandKind.ROLLBACK, Map.of()).build(),
          TrainHarness.NOW);
    }
    List<AdapterVersion> undone = heard.versions.subList(made.size(), heard.versions.size());
    assertThat(undone).hasSize(made.size() - 1);
    assertThat(undone).allMatch(version -> version.getStatus() == VersionStatus.ROLLED_BACK);
    assertThat(undone.get(0).getSha256()).isEmpty();
    for (int i = 1; i < undone.size(); i++) {
      AdapterVersion candidate = made.get(i + 1);
      assertThat(undone.get(i).getVersion()).isEqualTo(candidate.getVersion());
      assertThat(undone.get(i).getSha256()).isEqualTo(candidate.getSha256());
      assertThat(undone.get(i).getUri()).isEqualTo(candidate.getUri());
      assertThat(undone.get(i).getUpdates()).isEqualTo(candidate.getUpdates()).isPositive();
    }
  }

  private AdapterBook saveInTheFirstReleasesSchema() throws Exception {
    image.write(trainer, saved);
    AdapterBook book = trainer.book();
    Schema first;
    try (InputStream in = RecordCodec.class.getResourceAsStream("released/v1/AdapterBook.avsc")) {
      first = new SchemaParser().parse(in).mainSchema();
    }
    assertThat(first.getField("answers")).isNull();
    assertThat(book.getSchema().getField("answers")).isNotNull();
    saved.blocks.keySet().removeIf(number -> number >= AdapterImage.FIRST_BOOK_BLOCK);
    byte[] old = inSchema(book, first);
    for (int from = 0, n = AdapterImage.FIRST_BOOK_BLOCK; from < old.length; from += BLOCK, n++) {
      byte[] part = Arrays.copyOfRange(old, from, Math.min(old.length, from + BLOCK));
      saved.blocks.put(n, new TensorBlock(part, part.length));
    }
    return book;
  }

  private static byte[] inSchema(AdapterBook book, Schema schema) throws Exception {
    ByteArrayOutputStream present = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(present, null);
    new SpecificDatumWriter<>(AdapterBook.class).write(book, encoder);
    encoder.flush();
    GenericRecord old =
        new GenericDatumReader<GenericRecord>(book.getSchema(), schema)
            .read(null, DecoderFactory.get().binaryDecoder(present.toByteArray(), null));
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(old, message);
    return message.toByteArray();
  }
}
