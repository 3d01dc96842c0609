package io.sapflow.job.check;

import io.sapflow.job.options.TrainingOptions;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.tokens.ChatException;
import io.sapflow.train.ChatPairEncoder;
import java.util.ArrayList;
import java.util.List;

/** Whether there are safety pairs, which fit the model and are none of the probe's prompts. */
record PairsCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "active safety pairs that fit and are no probe prompts (sapflow pairs load)";

  @Override
  public String name() {
    return "pairs";
  }

  @Override
  public Finding look() {
    List<SafetyPair> pairs = subject.records().pairs();
    boolean needed = !subject.settings().get(TrainingOptions.METHOD).equals("sft");
    List<String> wrong = new ArrayList<>();
    if (pairs.isEmpty() && needed) {
      wrong.add("none active: training is plain");
    }
    long unfit = unfit(pairs);
    if (unfit > 0) {
      wrong.add(unfit + " of " + pairs.size() + " that cannot be encoded and are left out");
    }
    subject.records().wordsOfNotTaken(Topic.SAFETY_PAIRS).ifPresent(wrong::add);
    List<String> both = subject.records().pairsThatArePrompts();
    if (!both.isEmpty()) {
      wrong.add(both.size() + " that are prompts, too: " + both.get(0));
    }
    return wrong.isEmpty()
        ? Finding.ok(
            pairs.size() + " active" + (needed ? "" : ", of which sft needs none"), EXPECTED)
        : Finding.warning(String.join("; ", wrong), EXPECTED);
  }

  private long unfit(List<SafetyPair> pairs) {
    if (!subject.hasEncoder()) {
      return 0;
    }
    ChatPairEncoder encoder =
        new ChatPairEncoder(subject.encoder().encoder(subject.settings().pairTokens()));
    return pairs.stream().filter(pair -> !fits(encoder, pair)).count();
  }

  private static boolean fits(ChatPairEncoder encoder, SafetyPair pair) {
    try {
      encoder.rows(pair);
      return true;
    } catch (ChatException e) {
      return false;
    }
  }
}
