package io.sapflow.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** What a command says, whoever signed it: what fingerprints are made of. */
public final class CommandContent {

  private CommandContent() {}

  /**
   * Avro's binary encoding of the command, without the single-object header, its signature null and
   * its arguments in the order of their names: a map that was read has an order of its own.
   */
  public static byte[] bytes(ControlCommand command) {
    ControlCommand content =
        ControlCommand.newBuilder(command)
            .setArguments(new TreeMap<>(command.getArguments()))
            .setSignature(null)
            .build();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new SpecificDatumWriter<>(ControlCommand.class).write(content, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Tells one command from another, whenever they were given: what the job gives again after a
   * failure is the same command. Hex, 64 digits.
   */
  public static String fingerprint(ControlCommand command) {
    return Digests.sha256(bytes(ControlCommand.newBuilder(command).setTime(0).build()));
  }
}
