package io.sapflow.lab.bench;

/**
 * The most tokens of a row: longer ones are cut in every arrangement, and the reference's pads to
 * it.
 *
 * @param examples of a training example
 * @param pairs of one answer of a safety pair with its prompt
 */
record Limits(int examples, int pairs) {}
