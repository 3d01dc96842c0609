package io.sapflow.local.files;

import io.sapflow.schema.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A conversation from a file.
 *
 * @param id the entry's field {@code id}; without one, the number of its line or its index
 * @param messages its turns; whether their roles are right is judged by the job
 * @param attributes its other fields that hold a text, number or boolean, and those of its object
 *     {@code attributes}
 * @param unknownFields names of its fields that nothing is done with
 */
public record FileExample(
    String id, List<Message> messages, Map<String, String> attributes, Set<String> unknownFields) {}
