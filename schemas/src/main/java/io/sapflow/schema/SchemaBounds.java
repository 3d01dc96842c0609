package io.sapflow.schema;

import org.apache.avro.Schema;

/**
 * Bounds on a schema that somebody else wrote, so that a record's bytes bound the work of reading
 * it: how much there is of it and how deep it goes, and no list of items that take no bytes, of
 * which a few bytes can claim any number.
 */
final class SchemaBounds {

  /** What the text of a schema may measure, in characters. */
  static final int CHARS = 1 << 16;

  /** Types within types, those of records that are named again included. */
  private static final int MOST_TYPES = 1000;

  private static final int DEEPEST = 32;

  private int types;

  private SchemaBounds() {}

  /**
   * Checks a schema.
   *
   * @throws IncompatibleSchemaException for the first bound that it breaks
   */
  static void check(Schema schema) throws IncompatibleSchemaException {
    new SchemaBounds().walk(schema, 1);
  }

  /** Returns whether a value of the schema may take no bytes. */
  private boolean walk(Schema schema, int depth) throws IncompatibleSchemaException {
    if (depth > DEEPEST) {
      throw new IncompatibleSchemaException(
          "found types nested deeper than "
              + DEEPEST
              + ", or a record within itself, expected neither");
    }
    if (++types > MOST_TYPES) {
      throw new IncompatibleSchemaException(
          "found more than " + MOST_TYPES + " types, expected at most as many");
    }
    switch (schema.getType()) {
      case RECORD:
        boolean empty = true;
        for (Schema.Field field : schema.getFields()) {
          empty &= walk(field.schema(), depth + 1);
        }
        return empty;
      case ARRAY:
        if (walk(schema.getElementType(), depth + 1)) {
          throw new IncompatibleSchemaException(
              "found a list of items that take no bytes, expected none");
        }
        return false;
      case MAP:
        walk(schema.getValueType(), depth + 1);
        return false;
      case UNION:
        for (Schema branch : schema.getTypes()) {
          walk(branch, depth + 1);
        }
        return false;
      case FIXED:
        return schema.getFixedSize() == 0;
      default:
        return schema.getType() == Schema.Type.NULL;
    }
  }
}
