package io.sapflow.template;

/** A piece of a template: outside text, a tag's edge, or a word inside a tag. */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind other, String value) {
    return kind == other && text.equals(value);
  }

  boolean isName(String value) {
    return is(Kind.NAME, value);
  }

  boolean isOperator(String value) {
    return is(Kind.OPERATOR, value);
  }

  /** How messages call this token. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the template";
      case DATA -> "text";
      case BLOCK_END -> "the end of the tag";
      case VARIABLE_END -> "the end of the expression";
      default -> "'" + text + "'";
    };
  }
}
