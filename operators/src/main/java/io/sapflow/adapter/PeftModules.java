package io.sapflow.adapter;

import io.sapflow.model.JsonFile;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Which of a base's modules a PEFT configuration adapts, with which rank and alpha: {@code
 * target_modules}, {@code layers_to_transform}, {@code layers_pattern}, {@code rank_pattern} and
 * {@code alpha_pattern}, read by PEFT's own rules. What does not come out the same in all layers
 * and for all targets is refused, naming the field and the modules that differ.
 */
final class PeftModules {
  private static final String TARGETS = "target_modules";
  private static final String LAYERS = "layers_to_transform";
  private static final String LAYERS_PATTERN = "layers_pattern";
  private static final String ALL_LINEAR = "all-linear";

  /** Other modules with weights that a name may mean, none of which is adapted here. */
  private static final List<String> OTHERS = List.of("model.embed_tokens", "lm_head");

  private final JsonFile json;
  private final Map<String, LoraTarget> adapted = new LinkedHashMap<>();

  private PeftModules(JsonFile json) {
    this.json = json;
  }

  /** Of a configuration for a base. */
  static PeftModules of(JsonFile json, ModelConfig base) {
    PeftModules modules = new PeftModules(json);
    Map<String, LoraTarget> all = new LinkedHashMap<>();
    for (int layer = 0; layer < base.layers(); layer++) {
      for (LoraTarget target : LoraTarget.values()) {
        all.put("model.layers." + layer + "." + target.path(), target);
      }
    }
    modules.find(all);
    modules.checkLayers(all);
    return modules;
  }

  private void find(Map<String, LoraTarget> all) {
    boolean text = json.has(TARGETS) && !json.isNested(TARGETS);
    if (text && choosesLayers()) {
      throw json.wrong(LAYERS, "an adapter without it, as target_modules is a text,");
    }
    if (text && json.text(TARGETS).equalsIgnoreCase(ALL_LINEAR)) {
      adapted.putAll(all);
      return;
    }
    List<String> names = json.texts(TARGETS);
    PeftPattern whole = text ? new PeftPattern(json, TARGETS, json.text(TARGETS)) : null;
    for (String other : OTHERS) {
      if (text ? whole.matches(other) : named(names, other)) {
        throw json.wrong(TARGETS, known() + " (found " + other + ")");
      }
    }
    all.forEach(
        (module, target) -> {
          if (text
              ? whole.matches(module)
              : names.contains(module) || (named(names, module) && isInLayers(module))) {
            adapted.put(module, target);
          }
        });
    for (String name : text ? List.<String>of() : names) {
      if (all.keySet().stream().noneMatch(module -> named(List.of(name), module))) {
        throw json.wrong(TARGETS, known());
      }
    }
    if (adapted.isEmpty()) {
      throw json.wrong(choosesLayers() ? LAYERS : TARGETS, known());
    }
  }

  private static String known() {
    return "a list of "
        + EnumSet.allOf(LoraTarget.class).stream()
            .map(LoraTarget::module)
            .collect(Collectors.joining(", "))
        + ", full or from a dot on, a regular expression of full names, or all-linear,";
  }

  /** Whether one of the names is a module's full name or its end from a dot on. */
  private static boolean named(List<String> names, String module) {
    return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean choosesLayers() {
    return json.has(LAYERS) && !(json.isList(LAYERS) && json.size(LAYERS) == 0);
  }

  /** PEFT looks for the number of a layer after any name, or after those of layers_pattern. */
  private boolean isInLayers(String module) {
    if (!choosesLayers()) {
      return true;
    }
    List<String> patterns = new ArrayList<>();
    if (json.isEmpty(LAYERS_PATTERN)) {
      patterns.add("[^.]*");
    } else {
      patterns.addAll(json.texts(LAYERS_PATTERN));
    }
    for (String pattern : patterns) {
      String number =
          new PeftPattern(json, LAYERS_PATTERN, ".*\\." + pattern + "\\.(\\d+)\\.").first(module);
      if (number != null) {
        return json.integers(LAYERS, Integer.MAX_VALUE).contains(Integer.valueOf(number));
      }
    }
    return false;
  }

  private void checkLayers(Map<String, LoraTarget> all) {
    Set<LoraTarget> targets = targets();
    List<String> left =
        all.keySet().stream()
            .filter(module -> targets.contains(all.get(module)) && !adapted.containsKey(module))
            .toList();
    if (!left.isEmpty()) {
      throw json.wrong(
          choosesLayers() ? LAYERS : TARGETS,
          "the same modules in all layers (left out: " + some(left) + ")");
    }
  }

  private static String some(List<String> modules) {
    return modules.stream().limit(3).collect(Collectors.joining(", "))
        + (modules.size() > 3 ? " and " + (modules.size() - 3) + " more" : "");
  }

  /** What is adapted in every layer. */
  Set<LoraTarget> targets() {
    return Collections.unmodifiableSet(EnumSet.copyOf(adapted.values()));
  }

  /** The rank of all of them. */
  int rank() {
    int rank = json.integer("r", 1, 65536);
    return (int) uniform("rank_pattern", rank, (ranks, key) -> ranks.integer(key, 1, 65536));
  }

  /** The alpha of all of them. */
  double alpha() {
    return uniform("alpha_pattern", json.positive("lora_alpha"), JsonFile::positive);
  }

  private interface Value {
    double of(JsonFile pattern, String key);
  }

  /** The value of all adapted modules: that of the first key of a pattern that matches, or else. */
  private double uniform(String field, double otherwise, Value value) {
    if (json.isEmpty(field)) {
      return otherwise;
    }
    JsonFile pattern = json.object(field);
    Map<PeftPattern, Double> values = new LinkedHashMap<>();
    for (String key : pattern.keys()) {
      values.put(new PeftPattern(json, field, "(.*\\.)?(" + key + ")"), value.of(pattern, key));
    }
    ToDoubleFunction<String> of =
        module ->
            values.entrySet().stream()
                .filter(each -> each.getKey().matches(module))
                .mapToDouble(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    String first = adapted.keySet().iterator().next();
    double common = of.applyAsDouble(first);
    for (String module : adapted.keySet()) {
      double found = of.applyAsDouble(module);
      if (found != common) {
        throw json.wrong(
            field,
            "one value for all adapted modules ("
                + first
                + " has "
                + words(common)
                + ", "
                + module
                + " "
                + words(found)
                + ")");
      }
    }
    return common;
  }

  private static String words(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
