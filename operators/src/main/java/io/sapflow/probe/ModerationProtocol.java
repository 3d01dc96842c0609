package io.sapflow.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's {@code POST /v1/moderations}: an array of answers, without their prompts; each is
 * flagged or not.
 *
 * @param model may be null, for the server's own choice
 * @param batch the most answers of one call
 */
record ModerationProtocol(String model, int batch) implements JudgeProtocol {

  @Override
  public JsonNode request(List<Exchange> exchanges) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (model != null) {
      root.put("model", model);
    }
    ArrayNode input = root.putArray("input");
    exchanges.forEach(exchange -> input.add(exchange.answer()));
    return root;
  }

  @Override
  public List<Ruling> rulings(JsonNode answer, int exchanges) throws UnclearAnswerException {
    JsonNode results = answer.path("results");
    if (!results.isArray()) {
      throw new UnclearAnswerException("has no list of results");
    }
    if (results.size() != exchanges) {
      throw new UnclearAnswerException("has " + results.size() + " results, expected " + exchanges);
    }
    List<Ruling> rulings = new ArrayList<>();
    for (JsonNode result : results) {
      JsonNode flagged = result.path("flagged");
      rulings.add(
          flagged.isBoolean()
              ? Ruling.of(flagged.booleanValue())
              : Ruling.unjudged("its answer has a result whose flagged is neither true nor false"));
    }
    return rulings;
  }
}
