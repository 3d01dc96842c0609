package io.sapflow.probe;

/**
 * What a judge's server knows its callers by.
 *
 * @param variable of the environment, which messages name
 * @param value sent as a bearer token; null for none
 */
public record JudgeKey(String variable, String value) {

  public JudgeKey {
    if (value != null && !value.matches("[!-~]+")) {
      throw new IllegalArgumentException(
          variable
              + ": holds characters that no header may have, expected printable ASCII without"
              + " blanks");
    }
  }

  /** The key of an environment's variable; one that is empty is none. */
  public static JudgeKey of(String variable, String value) {
    return new JudgeKey(variable, value == null || value.isBlank() ? null : value.strip());
  }

  /** The value stays out of logs. */
  @Override
  public String toString() {
    return variable;
  }
}
