package io.sapflow.train;

import io.sapflow.schema.HeldBlock;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.HeldSpan;
import io.sapflow.schema.StateCodec;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Examples of one adapter in its state, in numbered blocks, each written once and read whole. */
final class HeldBlocks {

  private final String adapterId;
  private final AdapterImage.Blocks blocks;
  private final StateCodec<HeldBlock> examples = StateCodec.of(HeldBlock.class);
  private final StateCodec<HeldSpan> spans = StateCodec.of(HeldSpan.class);

  HeldBlocks(String adapterId, AdapterImage.Blocks blocks) {
    this.adapterId = adapterId;
    this.blocks = blocks;
  }

  void putExamples(int number, List<HeldExample> held) {
    put(number, held.size() + " examples", examples, new HeldBlock(new ArrayList<>(held)));
  }

  List<HeldExample> examples(int number) {
    return get(number, examples).getExamples();
  }

  void putSpan(int number, HeldSpan span) {
    put(number, span.getOffsets().size() + " ranges of offsets", spans, span);
  }

  HeldSpan span(int number) {
    return get(number, spans);
  }

  private <T extends SpecificRecord> void put(
      int number, String what, StateCodec<T> codec, T record) {
    byte[] packed = Deflated.pack(codec.encode(record));
    if (packed.length > TensorBlock.MOST_BYTES) {
      throw new IllegalStateException(
          at(number)
              + " of "
              + what
              + " has "
              + packed.length
              + " bytes, expected at most "
              + TensorBlock.MOST_BYTES
              + "; lower sapflow.ingest.max-record-bytes");
    }
    try {
      blocks.put(number, new TensorBlock(packed, packed.length));
    } catch (Exception e) {
      throw new IllegalStateException(at(number) + " cannot be written", e);
    }
  }

  private <T extends SpecificRecord> T get(int number, StateCodec<T> codec) {
    try {
      TensorBlock block = blocks.get(number);
      if (block == null) {
        throw new IllegalStateException(at(number) + " is missing");
      }
      return codec.decode(Deflated.unpack(block.array(), block.length()));
    } catch (IllegalStateException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(at(number) + " cannot be read", e);
    }
  }

  void remove(int number) {
    try {
      blocks.remove(number);
    } catch (Exception e) {
      throw new IllegalStateException(at(number) + " cannot be removed", e);
    }
  }

  private String at(int number) {
    return "adapter " + adapterId + ": state block " + number;
  }
}
