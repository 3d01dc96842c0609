package io.sapflow.ingest.registry;

/**
 * What a registry has for an id.
 *
 * @param type of schema, such as AVRO, PROTOBUF or JSON
 * @param text of the schema
 * @param references whether the text needs other schemas to be understood
 */
public record RegisteredSchema(String type, String text, boolean references) {}
