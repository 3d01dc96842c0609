package io.sapflow.ingest;

/**
 * Reason codes of this stage. For bytes that cannot be decoded the code is the name of {@link
 * io.sapflow.schema.UndecodableRecordException.Reason}.
 */
public final class Reasons {

  public static final String INVALID_TEXT = "INVALID_TEXT";
  public static final String EMPTY_ID = "EMPTY_ID";
  public static final String ID_TOO_LONG = "ID_TOO_LONG";
  public static final String SOURCE_TOO_LONG = "SOURCE_TOO_LONG";
  public static final String INVALID_ADAPTER_ID = "INVALID_ADAPTER_ID";
  public static final String UNKNOWN_ADAPTER = "UNKNOWN_ADAPTER";
  public static final String UNVERIFIED_SOURCE = "UNVERIFIED_SOURCE";
  public static final String EMPTY_CONVERSATION = "EMPTY_CONVERSATION";
  public static final String TOO_MANY_TURNS = "TOO_MANY_TURNS";
  public static final String CONTENT_TOO_LONG = "CONTENT_TOO_LONG";
  public static final String UNKNOWN_ROLE = "UNKNOWN_ROLE";
  public static final String ROLES_OUT_OF_ORDER = "ROLES_OUT_OF_ORDER";
  public static final String NO_ASSISTANT_TURN = "NO_ASSISTANT_TURN";
  public static final String LAST_TURN_NOT_USER = "LAST_TURN_NOT_USER";
  public static final String EMPTY_ANSWER = "EMPTY_ANSWER";
  public static final String UNKNOWN_KIND = "UNKNOWN_KIND";
  public static final String EMPTY_ISSUER = "EMPTY_ISSUER";
  public static final String INVALID_GENERATION = "INVALID_GENERATION";
  public static final String INVALID_STEP = "INVALID_STEP";
  public static final String REASON_TOO_LONG = "REASON_TOO_LONG";
  public static final String TOMBSTONE = "TOMBSTONE";

  private Reasons() {}
}
