package io.ecsoperator.sdkschema;

/** A JSON tree that does not fit the SDK type it was read as. */
public final class SdkJsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  SdkJsonException(JsonPath path, String problem) {
    super(path + ": " + problem);
    this.path = path.toString();
    this.problem = problem;
  }

  /** Where, for example {@code $.containerDefinitions[0].portMapping}. */
  public String path() {
    return path;
  }

  /** What is wrong there, without the path. */
  public String problem() {
    return problem;
  }
}
