package io.ecsoperator.e2e.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of a chart's values: a row for each key of values.yaml with a comment above it, or with
 * a value of its own. What is below a key with a comment is the default of that key.
 */
record ValuesTable(List<Row> rows) {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z_]+):(.*)");
  private static final Pattern COMMENT = Pattern.compile(" *# ?(.*)");

  /**
   * @param comment empty if the key has none
   */
  record Row(String path, String fallback, String comment) {}

  static ValuesTable of(String values) throws JsonProcessingException {
    JsonNode defaults = YAML.readTree(values);
    List<Row> rows = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    int documented = Integer.MAX_VALUE;
    for (String line : values.lines().toList()) {
      Matcher key = KEY.matcher(line);
      if (!key.matches()) {
        Matcher text = COMMENT.matcher(line);
        if (text.matches()) {
          comment.add(text.group(1));
        } else {
          comment.clear();
        }
        continue;
      }
      int depth = key.group(1).length() / 2;
      if (depth > documented) {
        continue;
      }
      documented = Integer.MAX_VALUE;
      while (path.size() > depth) {
        path.removeLast();
      }
      path.addLast(key.group(2));
      JsonNode value = defaults.at("/" + String.join("/", path));
      if (!comment.isEmpty() || !value.isObject()) {
        rows.add(new Row(String.join(".", path), value.toString(), String.join(" ", comment)));
        documented = depth;
      }
      comment.clear();
    }
    return new ValuesTable(rows);
  }

  String markdown() {
    return rows.stream()
        .map(
            row ->
                "| `%s` | `%s` | %s |\n"
                    .formatted(row.path(), row.fallback().replace("|", "\\|"), row.comment()))
        .collect(Collectors.joining("", "| value | default | meaning |\n|---|---|---|\n", ""));
  }
}
