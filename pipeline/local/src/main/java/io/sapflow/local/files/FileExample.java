package io.sapflow.local.files;

import io.sapflow.schema.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A conversation from a file.
 *
 * @param id the entry's field {@code id}; without one, the number of its line or its index
 * @param messages its turns, with roles that are known and in order
 * @param tools its tools as a JSON list, or empty
 * @param attributes its other fields that hold a text, number or boolean, and those of its object
 *     {@code attributes}
 * @param unknownFields its fields that no form knows: {@code f} for one of the entry itself, {@code
 *     messages[].f} for one of its turns
 */
public record FileExample(
    String id,
    List<Message> messages,
    String tools,
    Map<String, String> attributes,
    Set<String> unknownFields) {}
