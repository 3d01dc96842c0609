package io.sapflow.publish;

/**
 * What a vLLM server lists: a base model or an adapter.
 *
 * @param name that clients ask for
 * @param root where it was loaded from, as the server says; empty where it does not
 * @param isAdapter whether it stands on another; servers from before vLLM 0.6 say so of none
 */
public record VllmModel(String name, String root, boolean isAdapter) {}
