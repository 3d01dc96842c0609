package io.sapflow.train;

import java.util.Map;
import java.util.TreeMap;

/** The blocks of one adapter in memory, and how often one was put. */
final class CountedBlocks implements AdapterImage.Blocks {

  final Map<Integer, TensorBlock> blocks = new TreeMap<>();
  int puts;

  @Override
  public TensorBlock get(int number) {
    return blocks.get(number);
  }

  @Override
  public TensorBlock put(int number, TensorBlock block) {
    puts++;
    return blocks.put(number, block);
  }

  @Override
  public void remove(int number) {
    blocks.remove(number);
  }
}
