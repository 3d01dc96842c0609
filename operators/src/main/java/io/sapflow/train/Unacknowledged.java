package io.sapflow.train;

import io.sapflow.schema.AdapterBook;

/** The rollbacks and quarantines of sources of one adapter that nobody has acknowledged. */
final class Unacknowledged {

  private int count;

  /** Takes one that was carried out. */
  void add() {
    count++;
  }

  /** Somebody has acknowledged them; returns how many they were. */
  int end() {
    int ended = count;
    count = 0;
    return ended;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  void save(AdapterBook.Builder book) {
    book.setUnacknowledged(count);
  }

  void restore(AdapterBook book) {
    count = book.getUnacknowledged();
  }
}
