package io.sapflow.train;

/**
 * How far the window of an adapter is that is trained next and is not full.
 *
 * @param adapterId the adapter
 * @param window its number, from 0
 * @param examples how many are in it; 0 where none waits
 */
public record OpenWindow(String adapterId, long window, long examples) {}
