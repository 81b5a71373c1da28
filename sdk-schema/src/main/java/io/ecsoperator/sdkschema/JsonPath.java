package io.ecsoperator.sdkschema;

/** A place in a JSON tree, kept as a chain so that it costs nothing until an error prints it. */
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
