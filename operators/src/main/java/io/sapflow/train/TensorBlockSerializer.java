package io.sapflow.train;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a block as format version, length, bytes. Copies are the block itself, since it never
 * changes.
 */
public final class TensorBlockSerializer extends TypeSerializerSingleton<TensorBlock> {

  /** The one instance. */
  public static final TensorBlockSerializer INSTANCE = new TensorBlockSerializer();

  static final int VERSION_1 = 1;

  private static final long serialVersionUID = 1;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TensorBlock createInstance() {
    return new TensorBlock(new byte[0], 0);
  }

  @Override
  public TensorBlock copy(TensorBlock from) {
    return from;
  }

  @Override
  public TensorBlock copy(TensorBlock from, TensorBlock reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(TensorBlock block, DataOutputView target) throws IOException {
    target.writeByte(VERSION_1);
    target.writeInt(block.length());
    target.write(block.array(), 0, block.length());
  }

  @Override
  public TensorBlock deserialize(DataInputView source) throws IOException {
    int length = header(source);
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return new TensorBlock(bytes, length);
  }

  @Override
  public TensorBlock deserialize(TensorBlock reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int length = header(source);
    target.writeByte(VERSION_1);
    target.writeInt(length);
    target.write(source, length);
  }

  private static int header(DataInputView source) throws IOException {
    int version = source.readByte();
    if (version != VERSION_1) {
      throw new IOException("a state block of format " + version + ", expected " + VERSION_1);
    }
    int length = source.readInt();
    if (length < 0 || length > TensorBlock.MOST_BYTES) {
      throw new IOException(
          "a state block of " + length + " bytes, expected 0 to " + TensorBlock.MOST_BYTES);
    }
    return length;
  }

  @Override
  public TypeSerializerSnapshot<TensorBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Blocks carry their own version. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<TensorBlock> {
    /** For Flink, which makes it by reflection. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
