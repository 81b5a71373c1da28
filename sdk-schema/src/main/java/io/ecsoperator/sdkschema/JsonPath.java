package io.ecsoperator.sdkschema;

/**
 * A position in a JSON tree: a linked list, so that the text is only built for an error message.
 */
sealed interface JsonPath {

  record Root() implements JsonPath {
    @Override
    public String toString() {
      return "$";
    }
  }

  record Member(JsonPath parent, String name) implements JsonPath {
    @Override
    public String toString() {
      return parent + "." + name;
    }
  }

  record Index(JsonPath parent, int index) implements JsonPath {
    @Override
    public String toString() {
      return parent + "[" + index + "]";
    }
  }

  default JsonPath member(String name) {
    return new Member(this, name);
  }

  default JsonPath index(int index) {
    return new Index(this, index);
  }
}
