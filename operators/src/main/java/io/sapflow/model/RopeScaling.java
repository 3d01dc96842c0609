package io.sapflow.model;

/**
 * RoPE scaling of type llama3: high frequencies are kept, low ones divided by {@code factor}, those
 * between blended.
 *
 * @param originalMaxPositions context length the base was trained with, in tokens
 */
public record RopeScaling(
    double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {}
