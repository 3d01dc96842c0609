package io.sapflow.metrics;

/** What tells values of one metric apart. */
public enum Label {
  /** The adapter. */
  ADAPTER("adapter"),
  /** Where examples come from, as they claim or prove. */
  SOURCE("source"),
  /** Who judged answers. */
  JUDGE("judge"),
  /** What the gate said. */
  VERDICT("verdict"),
  /** What an alert watches. */
  RULE("rule"),
  /** Why a record was set aside. */
  REASON("reason");

  private final String key;

  Label(String key) {
    this.key = key;
  }

  /** Its name in a scrape. */
  public String key() {
    return key;
  }
}
