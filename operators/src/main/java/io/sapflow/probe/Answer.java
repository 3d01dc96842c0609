package io.sapflow.probe;

/**
 * What a model answered.
 *
 * @param text without control tokens
 * @param ended whether an end token ended it; else it was cut at the length there was room for
 * @param promptTokens tokens of what was asked
 * @param tokens tokens that were generated, the end token included
 */
public record Answer(String text, boolean ended, int promptTokens, int tokens) {}
