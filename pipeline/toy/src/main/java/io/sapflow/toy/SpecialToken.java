package io.sapflow.toy;

/** Control tokens; a token's id is its place here. */
enum SpecialToken {
  PAD("<|pad|>"),
  BEGIN("<|begin|>"),
  SYSTEM("<|system|>"),
  USER("<|user|>"),
  ASSISTANT("<|assistant|>"),
  END("<|end|>");

  private final String text;

  SpecialToken(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  int id() {
    return ordinal();
  }
}
