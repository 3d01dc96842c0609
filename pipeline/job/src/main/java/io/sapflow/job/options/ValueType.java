package io.sapflow.job.options;

/** What the values of an option are. */
enum ValueType {
  WHOLE("whole number"),
  NUMBER("number"),
  FLAG("true or false"),
  DURATION("duration"),
  SIZE("size"),
  TEXT("text"),
  WORD("word"),
  WHOLES("whole numbers with ; between them"),
  TEXTS("texts with ; between them"),
  MAP("KEY:VALUE with , between them");

  private final String words;

  ValueType(String words) {
    this.words = words;
  }

  /** In words. */
  String words() {
    return words;
  }
}
