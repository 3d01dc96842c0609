package io.sapflow.schema;

import java.util.Arrays;

/**
 * Why a record stands in quarantine. A constant's name is the code in {@link
 * QuarantinedRecord#getReason()} and never changes; {@code docs/quarantine.md} lists them.
 */
public enum QuarantineReason {
  RECORD_TOO_LARGE(
      "The record is larger than sapflow.ingest.max-record-bytes, key and headers included.",
      "Send it in parts; a genuine one is still at its offset: raise the limit and replay."),
  SKIPPED(
      "Somebody has told the job to go past it, with --skip or sapflow.ingest.skip.",
      "Look at it with a reader of enough memory; it is still at its offset.",
      true),
  KEY_TOO_LONG(
      "The key is longer than sapflow.ingest.max-key-bytes.",
      "Send the adapter's id as the key, or none."),
  TOO_MANY_HEADERS(
      "There are more headers than sapflow.ingest.max-headers.", "Send fewer headers."),
  HEADERS_TOO_LONG(
      "The headers are longer than sapflow.ingest.max-header-bytes together.",
      "Send shorter headers."),
  SIGNATURE_TOO_LONG(
      "The header sapflow-signature is longer than any signature.",
      "Sign as the docs say; otherwise find out who writes to the topic."),
  GARBAGE(
      "The bytes are not in Avro's single-object encoding or, of an example, not in the format that"
          + " sapflow.examples.format names.",
      "Mend the producer, or name the format that it writes and replay (docs/formats.md)."),
  UNKNOWN_SCHEMA(
      "The record was written with a schema that this release does not know.",
      "Write with a released schema, or upgrade the job and replay."),
  UNKNOWN_SCHEMA_ID(
      "The schema registry knows no schema of the id that the record names.",
      "Mend the producer, which writes by another registry perhaps; register the schema and replay."),
  INCOMPATIBLE_SCHEMA(
      "The schema that the registry has for the record is none of a training example, or beyond the"
          + " bounds on schemas.",
      "Read the record's message, which names the field, and mend the producer's schema."),
  CUT(
      "The bytes end before the record does.",
      "Look for what cuts records on their way, and send it again whole."),
  LIMIT(
      "The bytes claim a length above the limits in force.",
      "Send smaller records; a false length speaks of a broken or hostile producer."),
  MALFORMED(
      "The bytes cannot be decoded otherwise, such as bytes after the record's end.",
      "Read the record's message and mend the producer."),

  UNKNOWN_FIELD(
      "A JSON record has a field that no example has.",
      "Send the field where it belongs, spelled so, as an attribute, or not at all."),
  MISSING_FIELD(
      "A JSON record lacks a field that has no default.", "Send the field that the message names."),
  WRONG_TYPE(
      "A JSON record's field is of another type than it may have, or a number out of its range.",
      "Send a value of the type that the message names."),
  INVALID_TEXT(
      "A text holds a lone surrogate, or bytes that are not UTF-8.",
      "Send Unicode text, encoded as UTF-8."),
  EMPTY_ID("The id is blank.", "Give the record an id of its own."),
  ID_TOO_LONG("The id is longer than an id may be.", "Send a shorter id."),
  SOURCE_TOO_LONG(
      "The source, an issuer or a command's argument is longer than it may be.",
      "Send a shorter one."),
  TOO_MANY_ATTRIBUTES(
      "An example has more attributes, or a command more arguments, than sapflow.ingest.max-attributes.",
      "Send fewer of them."),
  ATTRIBUTES_TOO_LONG(
      "The names and values of attributes or arguments are longer than sapflow.ingest.max-attribute-chars together.",
      "Send shorter ones; nothing is learnt from attributes."),
  CATEGORY_TOO_LONG(
      "The category of a pair or prompt is longer than sapflow.ingest.max-id-chars.",
      "Send a shorter one."),
  INVALID_ADAPTER_ID(
      "The adapter's id is not 1 to 64 of the characters a-z, 0-9 and hyphen.",
      "Send the id of an adapter that you train."),
  EMPTY_CONVERSATION("There is no turn in it.", "Send at least a user's and an assistant's turn."),
  TOO_MANY_TURNS("There are more turns than a conversation may have.", "Send it in parts."),
  CONTENT_TOO_LONG("There are more characters than a record may have.", "Send it in parts."),
  UNKNOWN_ROLE(
      "A turn's role is none of system, user, assistant and tool, or tool in a pair or prompt.",
      "Send one of these, spelled so."),
  ROLES_OUT_OF_ORDER(
      "User and assistant do not take turns, a system turn is not the first, or a tool's turn follows"
          + " none of the assistant's.",
      "Put the turns in order."),
  MISPLACED_FIELD(
      "A turn has a field that its role cannot have, such as a user's turn tool calls, or a pair or"
          + " prompt has tools.",
      "Send the field where it belongs, or without it."),
  INVALID_WEIGHT(
      "A turn's weight is neither 0 nor 1, or it is 1 for a turn that is not the assistant's.",
      "Send 0 or 1, or none; only the assistant's turns are learnt."),
  INVALID_TOOLS(
      "Tools are no JSON list of objects, or a call has no name or arguments that are no JSON object or"
          + " string.",
      "Send them as JSON of that kind."),
  NO_ASSISTANT_TURN(
      "There is no assistant's turn with a text or a tool call to learn.",
      "Send at least one answer."),
  LAST_TURN_NOT_USER(
      "A pair's or a probe prompt's last turn is not the user's.",
      "End it with the question; answers have fields of their own."),
  EMPTY_ANSWER("A reference answer is blank.", "Give it a text, or leave a prompt's out."),
  EQUAL_ANSWERS("The safe and the harmful answer are the same.", "Send two answers that differ."),
  UNKNOWN_KIND(
      "The kind of the prompt or command is none that this release knows.",
      "Send a known kind, or upgrade the job."),
  EMPTY_ISSUER("A command says nobody who gives it.", "Give it an issuer."),
  INVALID_GENERATION(
      "A command's generation is below -1.", "Send the adapter's generation, or -1 for any."),
  INVALID_STEP("A command's step is below 0.", "Send a step, or none for at once."),
  REASON_TOO_LONG("A command's reason is longer than it may be.", "Send a shorter reason."),
  TOMBSTONE(
      "A pair or prompt has an empty value.",
      "Retire it with a record that is not active (pairs retire, prompts retire)."),

  SPECIAL_TOKEN(
      "A content holds the literal text of a control token, which the tokenizer would make a"
          + " control token of.",
      "Take the text out; from a stranger it is an attempt to forge turns."),
  TEMPLATE(
      "The chat template refuses the messages, or does not let the assistant's turns be found.",
      "Look at the messages and the model's template (model render)."),
  UNRENDERED_FIELD(
      "The chat template writes nothing for a field of the example, such as its tools, so that it would be"
          + " trained without it.",
      "Give the model a template that writes it (model render shows it), or send examples without it."),
  TOO_LONG("A pair's or prompt's question has more tokens than fit.", "Send a shorter question."),
  NO_TARGET(
      "No token of an assistant's turn is left within the most tokens of an example, or weight 0 leaves"
          + " nothing to learn.",
      "Send a shorter prompt, or raise sapflow.tokens.max-length and replay; give one of the assistant's"
          + " turns weight 1."),

  UNKNOWN_ADAPTER(
      "The adapter is not one that records may create, by sapflow.adapters.allow or"
          + " sapflow.adapters.max.",
      "Allow it, or raise the bound, and replay; otherwise ask who sends it."),
  UNVERIFIED_SOURCE(
      "Nothing proves that the record is from the source that it claims, where sapflow.sources binds"
          + " sources.",
      "Send it to the source's topic, or sign it; if it is genuine, mend the binding and replay."),
  UNSIGNED_COMMAND(
      "A command has no signature, where a key is in force.",
      "Give it with SAPFLOW_CONTROL_KEY set; otherwise find out who writes to the topic."),
  UNSIGNED_RECORD(
      "A pair, prompt, version or report has no signature, where a key is in force.",
      "Load pairs and prompts again with SAPFLOW_CONTROL_KEY set; otherwise find out who writes to the"
          + " topic."),
  BAD_SIGNATURE(
      "A signature is none that the key in force made of the record, for this job and this topic.",
      "Compare SAPFLOW_CONTROL_KEY and sapflow.job.name on both sides; otherwise find out who writes"
          + " to the topic."),
  STALE_SIGNATURE(
      "A signed record is older than what passed since: somebody has sent it again.",
      "Find out who writes to the topic; if it is genuine, set the clock of who signed it and send it"
          + " anew."),

  NON_FINITE(
      "The loss or a gradient of its batch was not finite, so the step changed no weights.",
      "See the alert training-diverged in the runbook, then replay."),
  PUSH_REJECTED(
      "It alone pushes toward harm, above sapflow.train.reject-push.",
      "Look at its source; replay what is harmless once the limit is higher."),
  SAFETY_ROLLBACK(
      "Its training was undone by a rollback.",
      "See the alert harmful-score in the runbook; replay the sources that are not to blame.",
      true),
  SOURCE_QUARANTINED(
      "Its source is set aside.",
      "Leave it, or release the source (control release-source) and replay.",
      true),
  PAUSED(
      "It came while the adapter was paused and sapflow.pause.buffer was full.",
      "Resume the adapter, then replay.",
      true),

  TRAINED_ON(
      "A probe prompt has the id or the question of a safety pair: what is trained on cannot be"
          + " measured by.",
      "Load another prompt."),

  INVALID_VERSION(
      "A record of the adapters topic names a version that cannot be served.",
      "Find out who else writes to the topic."),
  UNPROVEN_VERSION(
      "A promotion or a rollback leads to a version without a complete report within the gate's"
          + " limits.",
      "Find out who else writes to the adapters topic."),
  INVALID_ALERT(
      "The key of a record of the alerts topic is not its alert's fingerprint.",
      "Find out who else writes to the topic.");

  private final String meaning;
  private final String remedy;
  private final boolean decided;

  QuarantineReason(String meaning, String remedy) {
    this(meaning, remedy, false);
  }

  QuarantineReason(String meaning, String remedy, boolean decided) {
    this.meaning = meaning;
    this.remedy = remedy;
    this.decided = decided;
  }

  /** What is the matter, in one sentence. */
  public String meaning() {
    return meaning;
  }

  /** What to do about it, in one sentence. */
  public String remedy() {
    return remedy;
  }

  /** Whether it says what somebody decided, not what the record holds. */
  public boolean decided() {
    return decided;
  }

  /** Whether a record stands in quarantine for this. */
  public boolean of(QuarantinedRecord record) {
    return record.getReason().equals(name());
  }

  /** Whether a record was set aside for what somebody decided; one of an unknown reason was not. */
  public static boolean decided(QuarantinedRecord record) {
    return Arrays.stream(values()).anyMatch(reason -> reason.decided && reason.of(record));
  }
}
