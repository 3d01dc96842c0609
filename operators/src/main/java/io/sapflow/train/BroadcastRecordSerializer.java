package io.sapflow.train;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a broadcast record as its kind, the place of a compacted one or the time of a command,
 * length, bytes. Copies are the record itself, since nobody changes it.
 */
public final class BroadcastRecordSerializer extends TypeSerializerSingleton<BroadcastRecord> {

  /** The one instance. */
  public static final BroadcastRecordSerializer INSTANCE = new BroadcastRecordSerializer();

  private static final long serialVersionUID = 1;

  private static final int COMMAND = 0;
  private static final int PAIR = 1;
  private static final int PROMPT = 2;
  private static final int HOLD = 3;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public BroadcastRecord createInstance() {
    return new BroadcastRecord.Command(new byte[0], 0);
  }

  @Override
  public BroadcastRecord copy(BroadcastRecord from) {
    return from;
  }

  @Override
  public BroadcastRecord copy(BroadcastRecord from, BroadcastRecord reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(BroadcastRecord record, DataOutputView target) throws IOException {
    if (record instanceof BroadcastRecord.Compacted compacted) {
      target.writeByte(record instanceof BroadcastRecord.Pair ? PAIR : PROMPT);
      target.writeInt(compacted.partition());
      target.writeLong(compacted.offset());
    } else if (record instanceof BroadcastRecord.Command command) {
      target.writeByte(COMMAND);
      target.writeLong(command.heard());
    } else {
      target.writeByte(HOLD);
    }
    target.writeInt(record.value().length);
    target.write(record.value());
  }

  @Override
  public BroadcastRecord deserialize(DataInputView source) throws IOException {
    int kind = source.readByte();
    return switch (kind) {
      case COMMAND -> {
        long heard = source.readLong();
        yield new BroadcastRecord.Command(bytes(source), heard);
      }
      case PAIR -> new BroadcastRecord.Pair(source.readInt(), source.readLong(), bytes(source));
      case PROMPT -> new BroadcastRecord.Prompt(source.readInt(), source.readLong(), bytes(source));
      case HOLD -> new BroadcastRecord.Hold(bytes(source));
      default ->
          throw new IOException(
              "a broadcast record of kind "
                  + kind
                  + ", expected "
                  + COMMAND
                  + ", "
                  + PAIR
                  + ", "
                  + PROMPT
                  + " or "
                  + HOLD);
    };
  }

  private static byte[] bytes(DataInputView source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return bytes;
  }

  @Override
  public BroadcastRecord deserialize(BroadcastRecord reuse, DataInputView source)
      throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public TypeSerializerSnapshot<BroadcastRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The format is the serializer's alone. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<BroadcastRecord> {
    /** For Flink, which makes it by reflection. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
