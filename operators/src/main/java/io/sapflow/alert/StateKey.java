package io.sapflow.alert;

import java.util.Map;
import java.util.Optional;

/**
 * Names the state of a rule for one adapter: the rule's key, and behind it the label, if there is
 * one, that tells the rule's alerts of the adapter apart.
 *
 * @param rule empty for one that this release does not know
 * @param labels one at most
 */
record StateKey(Optional<Rule> rule, Map<String, String> labels) {

  /** The text of a rule's key with labels. */
  static String of(Rule rule, Map<String, String> labels) {
    return labels.isEmpty() ? rule.key() : rule.key() + labels;
  }

  /** Reads a text. */
  static StateKey parse(String key) {
    int open = key.indexOf('{');
    if (open < 0) {
      return new StateKey(Rule.ofKey(key), Map.of());
    }
    int equals = key.indexOf('=', open);
    return new StateKey(
        Rule.ofKey(key.substring(0, open)),
        Map.of(key.substring(open + 1, equals), key.substring(equals + 1, key.length() - 1)));
  }
}
