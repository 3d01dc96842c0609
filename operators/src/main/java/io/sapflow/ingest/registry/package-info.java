/**
 * A registry of schemas that speaks Confluent's interface.
 *
 * <p>In: the id of a schema. Out: the schema, that the registry knows none of the id, or an
 * exception if no registry answers within bounds. State: none. What a registry says is a stranger's
 * word: bounded, and not followed anywhere.
 */
package io.sapflow.ingest.registry;
