package io.ecsoperator.operator.aws;

import java.time.Duration;
import java.util.List;

/** A queue whose messages stay until they are deleted. Safe for many threads. */
public interface MessageQueue {
  /** As many as one call takes; the limit of SQS. */
  int MOST_AT_ONCE = 10;

  /**
   * A received message.
   *
   * @param receipt names this delivery of the message
   */
  record Message(String body, String receipt) {}

  /**
   * Receives at most {@value #MOST_AT_ONCE} messages, which no other client receives for a while.
   *
   * @param wait how long to wait for the first one, 20 seconds at most
   * @param hiddenFor how long no other client receives them
   * @throws AwsFailure if the queue does not answer, or refuses
   */
  List<Message> receive(Duration wait, Duration hiddenFor);

  /**
   * @throws AwsFailure if the call fails; the messages come again, and so does each that the queue
   *     did not delete
   */
  void delete(List<Message> messages);

  /**
   * Hides received messages for longer.
   *
   * @param hiddenFor from now on
   * @throws AwsFailure if the call fails; the messages come again
   */
  void hide(List<Message> messages, Duration hiddenFor);
}
