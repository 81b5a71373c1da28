package io.ecsoperator.sdkschema;

import io.ecsoperator.sdkschema.SdkJson.JsonPath;

/** Thrown for a JSON tree that does not fit the SDK type. */
public final class SdkJsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  SdkJsonException(JsonPath path, String problem) {
    super(path + ": " + problem);
    this.path = path.toString();
    this.problem = problem;
  }

  /** The JSON path of the member, for example {@code $.containerDefinitions[0].portMapping}. */
  public String path() {
    return path;
  }

  /** The problem with the member, without the path. */
  public String problem() {
    return problem;
  }
}
