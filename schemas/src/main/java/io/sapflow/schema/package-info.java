/**
 * Records on the topics, their encoding, and the topics' names.
 *
 * <p>Bytes in, records out, and back; every malformed record is told by a reason code. State: none.
 */
package io.sapflow.schema;
