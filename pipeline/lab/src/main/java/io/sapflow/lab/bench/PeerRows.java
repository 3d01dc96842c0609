package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import java.util.List;

/** The lengths of what one step is given; which tokens stand there is anybody's choice. */
final class PeerRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PeerRows() {}

  static ObjectNode of(Work work) {
    ObjectNode node = JSON.createObjectNode();
    node.put("usefulTokens", work.usefulTokens());
    rows(node.putArray("examples"), work.examples());
    rows(node.putArray("replayed"), work.replayed());
    ArrayNode pairs = node.putArray("pairs");
    for (PairBatch.Pair pair : work.pairs()) {
      rows(pairs.addArray(), List.of(pair.safe(), pair.harmful()));
    }
    return node;
  }

  /** Each row's tokens that are given, and those that are trained on. */
  private static void rows(ArrayNode array, List<TokenBatch.Row> rows) {
    for (TokenBatch.Row row : rows) {
      int answer = row.targetCount();
      array.addArray().add(row.tokens().length - answer).add(answer);
    }
  }
}
