package io.ecsoperator.localecs.sqs;

/** An error of SQS. */
public final class SqsError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final String queryCode;

  /**
   * @param type the {@code __type}, without its namespace
   * @param queryCode the code of the older query protocol, which SDKs still read from a header
   */
  SqsError(String type, String queryCode, String message) {
    // An error answer needs no stack trace, which would be costly to fill in.
    super(message, null, false, false);
    this.type = type;
    this.queryCode = queryCode;
  }

  static SqsError invalidParameter(String message) {
    return new SqsError("InvalidParameterValueException", "InvalidParameterValue", message);
  }

  static SqsError missingParameter(String name) {
    return new SqsError(
        "MissingRequiredParameterException",
        "MissingParameter",
        "The request must contain the parameter " + name + ".");
  }

  static SqsError noSuchQueue() {
    return new SqsError(
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.");
  }

  static SqsError invalidHandle() {
    return new SqsError(
        "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
  }

  static SqsError unknownOperation(String operation) {
    return new SqsError(
        "UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation",
        "local-ecs does not support " + operation + ".");
  }

  public String type() {
    return type;
  }

  public String queryCode() {
    return queryCode;
  }
}
