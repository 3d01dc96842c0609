package io.sapflow.lab.chaos;

/**
 * What a job is fed.
 *
 * @param records hostile ones
 * @param good examples between them
 * @param seed of all of them
 */
public record RecordsPlan(long records, int good, long seed) {

  /** Good examples between the hostile ones of the command. */
  public static final int GOOD = 1000;

  private static final int LEAST_INFLATED = 4;
  private static final long BETWEEN_INFLATED = 20_000;

  public RecordsPlan {
    if (records < 1 || good < 1) {
      throw new IllegalArgumentException(
          "records and good ones are at least 1, not " + records + " and " + good);
    }
  }

  /** Whether a record by its number, from 0, is one that inflates. */
  boolean inflates(long number) {
    long between = Math.max(1, Math.min(BETWEEN_INFLATED, records / LEAST_INFLATED));
    return number % between == between / 2;
  }

  /** How many good ones have come before a record by its number. */
  long goodBefore(long number) {
    return number * good / records;
  }
}
