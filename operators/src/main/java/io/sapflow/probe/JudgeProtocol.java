package io.sapflow.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How exchanges are put to a judge's server, and what its answers mean. */
interface JudgeProtocol {

  /** The most exchanges of one call. */
  int batch();

  /** The content of a call. */
  JsonNode request(List<Exchange> exchanges);

  /**
   * What an answer says of so many exchanges.
   *
   * @throws UnclearAnswerException if it says nothing of any of them
   */
  List<Ruling> rulings(JsonNode answer, int exchanges) throws UnclearAnswerException;
}
