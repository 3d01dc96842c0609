package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.ControlCommand;

/** The rollbacks and quarantines of sources of one adapter that nobody has acknowledged. */
final class Unacknowledged {

  private int count;
  private long time;

  /** Takes one that was carried out. */
  void add(ControlCommand command) {
    count++;
    time = Math.max(time, command.getTime());
  }

  /** Somebody has acknowledged them; returns how many they were. */
  int end() {
    int ended = count;
    count = 0;
    time = 0;
    return ended;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /** The time that the newest of them bears, epoch milliseconds; 0 where there is none. */
  long time() {
    return time;
  }

  void save(AdapterBook.Builder book) {
    book.setUnacknowledged(count).setUnacknowledgedTime(time);
  }

  void restore(AdapterBook book) {
    count = book.getUnacknowledged();
    time = book.getUnacknowledgedTime();
  }
}
