package io.sapflow.model;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive: the kernel's source and the attributes of its one module, as libtorch
 * loads it.
 *
 * <p>The layout is that of {@code torch.jit.save}: an uncompressed zip with the source text, a
 * pickle of the module, an empty pickle of constants, the format version and the byte order.
 */
public final class KernelArchive {

  private static final String SOURCE = "kernel.py";

  private KernelArchive() {}

  /**
   * The archive that a model's kernel is loaded from, without weights.
   *
   * @param stored the type of the base's tensors in memory
   * @throws ModelException if the options do not fit the model
   */
  public static byte[] of(
      ModelConfig config, LoraSpec lora, KernelOptions options, ComputeType stored) {
    return of(KernelAttributes.of(config, lora, options, stored));
  }

  /**
   * An archive.
   *
   * @param attributes the module's attributes by name: Integer, Double, Boolean or int[]; the
   *     source declares each of them with its type
   */
  private static byte[] of(Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", module(attributes));
      store(zip, "m/code/__torch__.py", source());
      store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      // Format 10: an older one would be taken for operators of that time and upgraded.
      store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "m/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] source() throws IOException {
    try (InputStream in = KernelArchive.class.getResourceAsStream(SOURCE)) {
      return in.readAllBytes();
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * The pickle (protocol 2) of one object of class {@code __torch__.Kernel} with the attributes as
   * its state.
   */
  private static byte[] module(Map<String, Object> attributes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\nKernel\n)");
    out.write(0x81);
    out.writeBytes("}(");
    string(out, "training");
    value(out, false);
    string(out, "base");
    out.writeBytes("ctorch.jit._pickle\nbuild_tensorlist\n]");
    out.write(0x85);
    out.writeByte('R');
    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
      string(out, attribute.getKey());
      value(out, attribute.getValue());
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89);
    } else if (value instanceof Integer number) {
      integer(out, number);
    } else if (value instanceof Double number) {
      out.writeByte('G');
      out.writeDouble(number);
    } else if (value instanceof int[] numbers) {
      out.writeBytes("ctorch.jit._pickle\nbuild_intlist\n](");
      for (int number : numbers) {
        integer(out, number);
      }
      out.writeByte('e');
      out.write(0x85);
      out.writeByte('R');
    } else {
      throw new IllegalArgumentException(
          "a kernel attribute is an int, a double, a boolean or int[], not " + value);
    }
  }

  private static void integer(DataOutputStream out, int number) throws IOException {
    out.writeByte('J');
    out.writeInt(Integer.reverseBytes(number));
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }
}
