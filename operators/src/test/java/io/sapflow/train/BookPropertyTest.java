package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.IngestLimits;
import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.VersionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever state is written can be read, at the bounds of ingest. */
class BookPropertyTest {

  private static final IngestLimits LIMITS = IngestLimits.DEFAULT;

  private final SplittableRandom random = new SplittableRandom(5);
  private final StateCodec<AdapterBook> books = StateCodec.of(AdapterBook.class);

  /** Of any script, at most so many UTF-16 units, half of the time exactly as many. */
  private String text(int most) {
    int length = random.nextBoolean() ? most : random.nextInt(most + 1);
    StringBuilder text = new StringBuilder();
    String[] letters = {"a", "é", "漢", "\u0000", "😀"};
    while (text.length() < length - 1) {
      text.append(letters[random.nextInt(letters.length)]);
    }
    return text.append("z").toString();
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextBoolean() ? most : random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private HeldExample held(int number, int recordBytes) {
    int tokens = random.nextInt(8) == 0 ? 4096 : random.nextInt(64);
    return HeldExample.newBuilder()
        .setId(text(LIMITS.idChars()))
        .setSource("s-" + random.nextInt(4) + text(LIMITS.idChars() - 3))
        .setVerified(random.nextBoolean())
        .setTopic("sapflow.examples.v1")
        .setPartition(random.nextInt())
        .setOffset(number)
        .setTimestamp(random.nextLong())
        .setTokens(new ArrayList<>(random.ints(tokens).boxed().toList()))
        .setTargets(ByteBuffer.wrap(bytes(tokens)))
        .setTruncated(random.nextInt())
        .setKey(ByteBuffer.wrap(bytes(LIMITS.envelope().keyBytes())))
        .setOriginal(ByteBuffer.wrap(bytes(recordBytes)))
        .setSignature(random.nextBoolean() ? null : ByteBuffer.wrap(bytes(64)))
        .build();
  }

  private AdapterProgress begun(TrainOptions options, Room room) {
    return new AdapterProgress("helper", options, room, aside -> {});
  }

  private static TrainOptions options() {
    TrainOptions o = TrainHarness.options();
    return new TrainOptions(
        o.sap(),
        o.batch(),
        o.rejectPush(),
        o.versionUpdates(),
        o.keepVersions(),
        o.early(),
        new HeldLimits(2 << 20, 2 << 20, 60, 4 << 20),
        o.seed(),
        o.live());
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 10, 1 << 20, 8 << 20})
  void anyProgress_savedAndRestored_isTheSame(int recordBytes) throws Exception {
    Room room = Room.unsaved(options().held());
    AdapterProgress progress = begun(options(), room);
    AdapterState.Counters counters = new AdapterState.Counters(3, 2, true);
    int number = 0;
    for (int turn = 0; turn < (recordBytes > 1 << 20 ? 12 : 40); turn++) {
      switch (random.nextInt(8)) {
        case 0, 1 -> progress.examples().add(held(number++, recordBytes));
        case 2 -> {
          List<HeldExample> batch = new ArrayList<>();
          long step = progress.nextStep();
          for (int i = 0; i < 10; i++) {
            batch.add(HeldExamples.trained(held(number++, recordBytes / 10), step, 0.1));
          }
          progress.trained(batch);
        }
        case 3 -> {
          String name = progress.step() + "-" + turn;
          progress.noteVersion(
              new KnownVersion(name, 0, progress.step(), false, 1L, text(4000), ""), 1);
        }
        case 4 -> progress.examples().quarantine(text(LIMITS.idChars()));
        case 5 -> {
          ControlCommand command =
              ControlCommand.newBuilder()
                  .setId("c-" + turn)
                  .setAdapterId("helper")
                  .setKind(CommandKind.FLUSH)
                  .setArguments(Map.of(text(9), text(LIMITS.attributeChars())))
                  .setIssuer(text(LIMITS.idChars()))
                  .setReason(text(LIMITS.contentChars()))
                  .setTime(random.nextLong())
                  .setAtStep(1L << 40)
                  .build();
          progress.commands().see(command);
          progress.commands().defer(command);
        }
        case 6 -> progress.examples().pause();
        default -> progress.examples().resume();
      }
      AdapterBook book = progress.toBook(counters);
      AdapterBook read = books.decode(books.encode(book));
      assertThat(read).isEqualTo(book);
      AdapterProgress again = begun(options(), room);
      again.restore(read);
      assertThat(again.toBook(counters)).isEqualTo(book);
      progress = again;
    }
    List<HeldExample> aside = new ArrayList<>();
    KnownVersion start = new KnownVersion("start", 0, -1L, false, 0L, "", "");
    progress.noteVersion(start, 0);
    progress.rollBack(start, 0, aside::add);
    assertThat(aside).extracting(HeldExample::getOffset).doesNotHaveDuplicates();
  }

  private static <T extends SpecificRecordBase> void assertReadsBack(Class<T> type, T state)
      throws Exception {
    TypeSerializer<T> serializer =
        new AvroTypeInfo<>(type).createSerializer(new SerializerConfigImpl());
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(state, out);
    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isEqualTo(state);
  }

  /** The states that Flink's own serializer writes: versions, what waits for proof, alerts. */
  @Test
  void recordsInState_withTheLongestTexts_readBack() throws Exception {
    String text = "x".repeat(4 << 20);
    assertReadsBack(
        AdapterVersion.class,
        AdapterVersion.newBuilder()
            .setAdapterId("helper")
            .setVersion(text)
            .setGeneration(0)
            .setStep(1)
            .setUpdates(1)
            .setUri(text)
            .setSha256("")
            .setStatus(VersionStatus.CANDIDATE)
            .build());
    assertReadsBack(
        QuarantinedRecord.class,
        QuarantinedRecord.newBuilder()
            .setValue(ByteBuffer.allocate((16 << 20) + 1))
            .setTopic(text)
            .setPartition(0)
            .setOffset(7)
            .setStage("ingest")
            .setReason("GARBAGE")
            .setMessage(text)
            .build());
    assertReadsBack(
        SafetyAlert.class,
        SafetyAlert.newBuilder()
            .setFingerprint("f")
            .setStatus(io.sapflow.schema.AlertStatus.FIRING)
            .setSeverity("critical")
            .setRule("harmful-score")
            .setAdapterId("helper")
            .setValue(0.4)
            .setThreshold(0.1)
            .setStartsAt(19)
            .setAnnotations(Map.of("summary", text))
            .build());
  }
}
