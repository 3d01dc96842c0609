package io.sapflow.schema;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;

/**
 * Whether records that were written with one schema can be read as another, by Avro's rules of
 * resolution. Of a union that was written one branch that fits is enough: the record tells which it
 * is of.
 */
final class SchemaFit {

  private static final Set<Type> TEXTS = Set.of(Type.STRING, Type.BYTES);

  /** Each may be read as those behind it. */
  private static final List<Type> NUMBERS = List.of(Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE);

  private SchemaFit() {}

  /** What does not fit, with the field; null where all of it does. */
  static String fault(Schema reader, Schema writer) {
    return fault(reader, writer, "");
  }

  private static String fault(Schema reader, Schema writer, String path) {
    if (writer.getType() == Type.UNION) {
      return any(writer.getTypes(), branch -> fault(reader, branch, path), reader, writer, path);
    }
    if (reader.getType() == Type.UNION) {
      return any(reader.getTypes(), branch -> fault(branch, writer, path), reader, writer, path);
    }
    if (reader.getType() != writer.getType()) {
      return promotes(reader.getType(), writer.getType()) ? null : mismatch(reader, writer, path);
    }
    return switch (reader.getType()) {
      case RECORD -> record(reader, writer, path);
      case ARRAY -> fault(reader.getElementType(), writer.getElementType(), path + "[]");
      case MAP -> fault(reader.getValueType(), writer.getValueType(), path + "{}");
      default -> null;
    };
  }

  private static String any(
      List<Schema> branches,
      java.util.function.Function<Schema, String> fault,
      Schema reader,
      Schema writer,
      String path) {
    String first = null;
    for (Schema branch : branches) {
      String found = fault.apply(branch);
      if (found == null) {
        return null;
      }
      // A record's own fields tell more than that none of the branches fits.
      first = first == null && branch.getType() == Type.RECORD ? found : first;
    }
    return first == null ? mismatch(reader, writer, path) : first;
  }

  private static String record(Schema reader, Schema writer, String path) {
    if (!reader.getName().equals(writer.getName())) {
      return mismatch(reader, writer, path);
    }
    for (Schema.Field field : reader.getFields()) {
      String at = path.isEmpty() ? field.name() : path + "." + field.name();
      Schema.Field written = writer.getField(field.name());
      if (written == null) {
        if (!field.hasDefaultValue()) {
          return at + ": found no such field, expected one of type " + type(field.schema());
        }
        continue;
      }
      String fault = fault(field.schema(), written.schema(), at);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private static boolean promotes(Type reader, Type writer) {
    return (TEXTS.contains(reader) && TEXTS.contains(writer))
        || (NUMBERS.contains(writer) && NUMBERS.indexOf(reader) > NUMBERS.indexOf(writer));
  }

  private static String mismatch(Schema reader, Schema writer, String path) {
    return (path.isEmpty() ? "" : path + ": ")
        + "found "
        + type(writer)
        + ", expected "
        + type(reader);
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> "the record " + name(schema.getName());
      case UNION ->
          schema.getTypes().stream()
              .limit(4)
              .map(SchemaFit::type)
              .collect(Collectors.joining(" or "));
      default -> schema.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  /** A name that is longer than names are could be content. */
  private static String name(String name) {
    return name.length() <= 64 ? name : "(a name of " + name.length() + " characters)";
  }
}
