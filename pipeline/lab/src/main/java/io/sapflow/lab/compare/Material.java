package io.sapflow.lab.compare;

import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.util.List;

/**
 * What one run of an experiment is made on. Pairs and prompts have no prompt in common.
 *
 * @param examples conversations to train on, in their order
 * @param heldOut conversations that the task loss is measured on
 * @param pairs safety pairs
 * @param prompts prompts that the adapter is scored on
 */
public record Material(
    List<List<Message>> examples,
    List<List<Message>> heldOut,
    List<SafetyPair> pairs,
    List<ProbePrompt> prompts) {}
