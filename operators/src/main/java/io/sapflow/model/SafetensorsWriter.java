package io.sapflow.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a safetensors file. Equal tensors and metadata give equal bytes, whatever the order in
 * which they were added: metadata is sorted by key, tensors by element width (widest first, so that
 * each one is aligned to its own width) and then by name; the header is compact JSON, padded with
 * blanks so that the data starts at a multiple of 8.
 *
 * <p>Data is not copied when added: it must not change until it is written.
 */
public final class SafetensorsWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int CHUNK = 1 << 16;

  /** Writes a tensor's bytes, little-endian and row major. */
  public interface Content {
    /** Writes all of them; the stream stays open. */
    void writeTo(OutputStream out) throws IOException;
  }

  private record Tensor(String name, long[] shape, DType dtype, long byteCount, Content content) {}

  private final List<Tensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /** Adds an F32 tensor, row major. */
  public SafetensorsWriter add(String name, long[] shape, float[] data) {
    return add(
        new Tensor(
            name, shape.clone(), DType.F32, 4L * data.length, out -> writeFloats(data, out)));
  }

  /** Adds a tensor from the buffer's remaining bytes, little-endian and row major. */
  public SafetensorsWriter add(String name, long[] shape, DType dtype, ByteBuffer data) {
    ByteBuffer bytes = data.slice();
    return add(
        new Tensor(
            name,
            shape.clone(),
            dtype,
            bytes.remaining(),
            out -> writeBytes(bytes.duplicate(), out)));
  }

  /** Adds a tensor that is made while it is written, so that it need not fit into memory. */
  public SafetensorsWriter add(String name, long[] shape, DType dtype, Content content) {
    long bytes = dtype.bytes();
    for (long dimension : shape) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    return add(new Tensor(name, shape.clone(), dtype, bytes, content));
  }

  /** Adds an I64 tensor, row major. */
  public SafetensorsWriter add(String name, long[] shape, long[] data) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(data);
    return add(name, shape, DType.I64, bytes);
  }

  private SafetensorsWriter add(Tensor tensor) {
    long need = tensor.dtype.bytes();
    for (long dimension : tensor.shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(tensor.name + ": a dimension is negative");
      }
      need = Math.multiplyExact(need, dimension);
    }
    if (need != tensor.byteCount) {
      throw new IllegalArgumentException(
          tensor.name
              + ": its shape and "
              + tensor.dtype
              + " need "
              + need
              + " bytes, data has "
              + tensor.byteCount);
    }
    if (tensor.name.equals("__metadata__") || !names.add(tensor.name)) {
      throw new IllegalArgumentException(tensor.name + ": the name is taken");
    }
    tensors.add(tensor);
    return this;
  }

  /** Adds a text pair to the header's metadata. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Writes the file; the stream stays open. */
  public void writeTo(OutputStream out) throws IOException {
    List<Tensor> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((Tensor tensor) -> -tensor.dtype.bytes())
            .thenComparing(Tensor::name));
    byte[] header = header(ordered);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : ordered) {
      CountingStream counted = new CountingStream(out);
      tensor.content.writeTo(counted);
      if (counted.count != tensor.byteCount) {
        throw new IllegalStateException(
            tensor.name + ": " + counted.count + " of " + tensor.byteCount + " bytes were written");
      }
    }
  }

  /** The file as bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private byte[] header(List<Tensor> ordered) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> pair : metadata.entrySet()) {
          json.writeStringField(pair.getKey(), pair.getValue());
        }
        json.writeEndObject();
      }
      long at = 0;
      for (Tensor tensor : ordered) {
        json.writeObjectFieldStart(tensor.name);
        json.writeStringField("dtype", tensor.dtype.name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape, 0, tensor.shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {at, at + tensor.byteCount}, 0, 2);
        json.writeEndObject();
        at += tensor.byteCount;
      }
      json.writeEndObject();
    }
    while (out.size() % 8 != 0) {
      out.write(' ');
    }
    return out.toByteArray();
  }

  private static void writeFloats(float[] data, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < data.length; at += chunk.length / 4) {
      int count = Math.min(chunk.length / 4, data.length - at);
      buffer.asFloatBuffer().put(data, at, count);
      out.write(chunk, 0, 4 * count);
    }
  }

  private static void writeBytes(ByteBuffer data, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (data.hasRemaining()) {
      int count = Math.min(chunk.length, data.remaining());
      data.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }

  private static final class CountingStream extends FilterOutputStream {
    private long count;

    CountingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }
  }
}
