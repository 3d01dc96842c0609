package io.sapflow.ingest;

import static io.sapflow.ingest.Samples.example;
import static io.sapflow.ingest.Samples.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.Turns;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What turns may hold, whoever produces the records. */
class TurnRulesTest {

  private static final AdapterPolicy ANY = new AdapterPolicy(Set.of(), 8);
  private static final Message ASKS = Turns.of("user", "where is the ball");
  private static final Message ANSWERS = Turns.of("assistant", "there");

  private final ExampleDecoder decoder = new ExampleDecoder(IngestLimits.DEFAULT, ANY);
  private final BroadcastDecoder broadcast = new BroadcastDecoder(IngestLimits.DEFAULT);

  private static Message.Builder turn(String role) {
    return Message.newBuilder().setRole(role).setContent("x");
  }

  private static Message calls(ToolCall... calls) {
    return turn("assistant")
        .setContent("")
        .setHasContent(false)
        .setToolCalls(List.of(calls))
        .build();
  }

  private static Message call(String arguments) {
    return calls(new ToolCall("c1", "find", arguments));
  }

  private void accepted(Message... turns) throws Exception {
    assertThat(decoder.decode(raw(example().setMessages(List.of(turns)))).getMessages())
        .containsExactly(turns);
  }

  private void rejected(String code, String message, Message... turns) {
    Rejections.assertRejected(
        () -> decoder.decode(raw(example().setMessages(List.of(turns)))), code, message);
  }

  private void rejected(String tools, String message) {
    Rejections.assertRejected(
        () -> decoder.decode(raw(example().setMessages(List.of(ASKS, ANSWERS)).setTools(tools))),
        "INVALID_TOOLS",
        message + ", expected a JSON list of objects, or no text for no tools");
  }

  @Test
  void toolTurns_standBetweenTheAssistants() throws Exception {
    Message result = turn("tool").setToolCallId("c1").setName("find").build();
    accepted(ASKS, call("{}"), result, ANSWERS);
    accepted(ASKS, call("{}"), result, result, call("\"x\""), result, ANSWERS, ASKS);
    accepted(ASKS, call("{}"));
    accepted(ASKS, ANSWERS, result, ANSWERS);
    String rule =
        " (one system turn may stand first, then user and assistant in turn; tool turns stand"
            + " between two of the assistant's)";
    rejected(
        "ROLES_OUT_OF_ORDER",
        "messages[1].role: found tool, expected assistant" + rule,
        ASKS,
        result,
        ANSWERS);
    rejected(
        "ROLES_OUT_OF_ORDER",
        "messages[3].role: found user, expected assistant or tool" + rule,
        ASKS,
        call("{}"),
        result,
        ASKS,
        ANSWERS);
  }

  @Test
  void field_ofAnotherRole_isRefusedByName() {
    rejected(
        "MISPLACED_FIELD",
        "messages[0].toolCalls: found one in a turn of role user, expected it in one of assistant",
        turn("user").setToolCalls(List.of(new ToolCall("", "find", "{}"))).build(),
        ANSWERS);
    rejected(
        "MISPLACED_FIELD",
        "messages[0].reasoning: found one in a turn of role user, expected it in one of assistant",
        turn("user").setReasoning("hm").build(),
        ANSWERS);
    rejected(
        "MISPLACED_FIELD",
        "messages[1].toolCallId: found one in a turn of role assistant, expected it in one of tool",
        ASKS,
        turn("assistant").setToolCallId("c1").build());
    rejected(
        "MISPLACED_FIELD",
        "messages[1].hasContent: found false, expected true where a turn has a content or no tool"
            + " call",
        ASKS,
        turn("assistant").setHasContent(false).build());
  }

  @Test
  void weight_isZeroOrOne_andOneForTheAssistantAlone() throws Exception {
    Message bad = turn("assistant").setWeight(0).build();
    accepted(ASKS, bad, ASKS, turn("assistant").setWeight(1).build());
    accepted(turn("user").setWeight(0).build(), ANSWERS);
    rejected(
        "INVALID_WEIGHT",
        "messages[1].weight: found 2, expected 0 or 1",
        ASKS,
        turn("assistant").setWeight(2).build());
    rejected(
        "INVALID_WEIGHT",
        "messages[0].weight: found 1 in a turn of role user, expected 0",
        turn("user").setWeight(1).build(),
        ANSWERS);
    rejected(
        "NO_TARGET",
        "messages: found weight 0 on each turn of the assistant that says something, expected at"
            + " least one to learn",
        ASKS,
        bad);
    rejected(
        "NO_TARGET",
        "messages: found weight 0 on each turn of the assistant that says something, expected at"
            + " least one to learn",
        ASKS,
        bad,
        ASKS,
        Turns.of("assistant", " "));
  }

  @Test
  void callsAndTools_areJsonOfTheirKind() throws Exception {
    String right = ", expected a JSON object or string";
    String field = "messages[1].toolCalls[0].arguments: found ";
    rejected("INVALID_TOOLS", field + "no valid JSON" + right, ASKS, call("{"));
    rejected("INVALID_TOOLS", field + "no valid JSON" + right, ASKS, call("{\"a\":1,\"a\":2}"));
    rejected("INVALID_TOOLS", field + "no valid JSON" + right, ASKS, call("{} {}"));
    rejected("INVALID_TOOLS", field + "no valid JSON" + right, ASKS, call("[".repeat(101)));
    rejected(
        "INVALID_TOOLS",
        field + "JSON that is neither an object nor a string" + right,
        ASKS,
        call("[1]"));
    rejected(
        "INVALID_TOOLS",
        "messages[1].toolCalls[0].name: found nothing but blanks, expected the tool's name",
        ASKS,
        calls(new ToolCall("", " ", "{}")));
    rejected("x", "tools: found no valid JSON");
    rejected("{}", "tools: found JSON that is no list of objects");
    rejected("[]", "tools: found JSON that is no list of objects");
    rejected("[1]", "tools: found JSON that is no list of objects");
    assertThat(
            decoder
                .decode(
                    raw(
                        example()
                            .setMessages(List.of(ASKS, ANSWERS))
                            .setTools("[{\"name\":\"find\"}]")))
                .getTools())
        .isEqualTo("[{\"name\":\"find\"}]");
  }

  @Test
  void halfCharacters_inEveryField_areInvalidText() {
    rejected(
        "INVALID_TEXT",
        "found a lone surrogate as character 1 of a text, expected Unicode text",
        ASKS,
        call("{\"a\":\"\\ud83d\"}"));
    Rejections.assertRejected(
        () ->
            decoder.decode(
                raw(
                    example()
                        .setMessages(List.of(ASKS, ANSWERS))
                        .setTools("[{\"name\":\"a\\ude00\"}]"))),
        "INVALID_TEXT",
        "found a lone surrogate as character 2 of a text, expected Unicode text");
    ExampleRules rules = new ExampleRules(IngestLimits.DEFAULT, ANY);
    for (Message turn :
        List.of(
            turn("assistant").setReasoning("\uD83D").build(),
            turn("assistant").setName("\uD83D").build(),
            calls(new ToolCall("\uD83D", "find", "{}")),
            calls(new ToolCall("", "\uD83D", "{}")))) {
      Rejections.assertRejected(
          () -> rules.check(example().setMessages(List.of(ASKS, turn)).build()),
          "INVALID_TEXT",
          "found a lone surrogate as character 1 of a text, expected Unicode text");
    }
  }

  @Test
  void everyField_countsOrIsBounded() {
    IngestLimits limits = new IngestLimits(4, 60, 10, 2, 20, EnvelopeLimits.DEFAULT);
    ExampleDecoder strict = new ExampleDecoder(limits, ANY);
    String most = ", expected at most 60 (sapflow.ingest.max-content-chars)";
    Rejections.assertRejected(
        () ->
            strict.decode(
                raw(
                    example()
                        .setMessages(
                            List.of(
                                ASKS, turn("assistant").setReasoning("r".repeat(50)).build())))),
        "CONTENT_TOO_LONG",
        "messages: found 68 characters in all turns" + most);
    Rejections.assertRejected(
        () ->
            strict.decode(
                raw(example().setMessages(List.of(ASKS, call("\"" + "a".repeat(40) + "\""))))),
        "CONTENT_TOO_LONG",
        "messages: found 65 characters in all turns" + most);
    Rejections.assertRejected(
        () ->
            strict.decode(
                raw(
                    example()
                        .setMessages(List.of(ASKS, ANSWERS))
                        .setTools("[{\"name\":\"" + "t".repeat(40) + "\"}]"))),
        "CONTENT_TOO_LONG",
        "messages: found 75 characters in all turns and tools" + most);
    String ids = ": found 11 characters, expected at most 10 (sapflow.ingest.max-id-chars)";
    String id = "i".repeat(11);
    for (Message turn :
        List.of(calls(new ToolCall(id, "find", "{}")), calls(new ToolCall("", id, "{}")))) {
      String part = turn.getToolCalls().get(0).getId().isEmpty() ? "name" : "id";
      Rejections.assertRejected(
          () -> strict.decode(raw(example().setMessages(List.of(ASKS, turn)))),
          "ID_TOO_LONG",
          "messages[1].toolCalls[0]." + part + ids);
    }
    Rejections.assertRejected(
        () ->
            strict.decode(
                raw(
                    example()
                        .setMessages(
                            List.of(
                                ASKS,
                                calls(
                                    Collections.nCopies(5, new ToolCall("", "f", "{}"))
                                        .toArray(ToolCall[]::new)))))),
        "TOO_MANY_TURNS",
        "messages: found 5 tool calls in all turns, expected at most 4 (sapflow.ingest.max-turns)");
  }

  private void pairRejected(String code, String message, Message... prompt) {
    SafetyPair pair =
        SafetyPair.newBuilder()
            .setId("p")
            .setPrompt(List.of(prompt))
            .setSafe("no")
            .setHarmful("yes")
            .build();
    Rejections.assertRejected(
        () -> broadcast.safetyPair(raw(Samples.encode(SafetyPair.class, pair))), code, message);
    ProbePrompt probe =
        ProbePrompt.newBuilder()
            .setId("p")
            .setKind(PromptKind.HARMFUL)
            .setPrompt(List.of(prompt))
            .build();
    Rejections.assertRejected(
        () -> broadcast.probePrompt(raw(Samples.encode(ProbePrompt.class, probe))), code, message);
  }

  @Test
  void prompts_holdRolesAndContentsAlone() {
    String right = ": found one in a prompt, expected turns of role and content alone";
    pairRejected("MISPLACED_FIELD", "prompt[0].weight" + right, turn("user").setWeight(0).build());
    pairRejected("MISPLACED_FIELD", "prompt[0].name" + right, turn("user").setName("ann").build());
    pairRejected("MISPLACED_FIELD", "prompt[1].toolCalls" + right, ASKS, call("{}"), ASKS);
    pairRejected(
        "UNKNOWN_ROLE",
        "prompt[2].role: found tool, expected system, user or assistant",
        ASKS,
        ANSWERS,
        turn("tool").build());
  }

  @Test
  void equalAnswers_areRefused() {
    SafetyPair pair =
        SafetyPair.newBuilder()
            .setId("p")
            .setPrompt(List.of(ASKS))
            .setSafe("no ")
            .setHarmful("no")
            .build();
    Rejections.assertRejected(
        () -> broadcast.safetyPair(raw(Samples.encode(SafetyPair.class, pair))),
        "EQUAL_ANSWERS",
        "harmful: found the same text as safe, expected another answer");
  }
}
