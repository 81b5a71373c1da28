package io.ecsoperator.localecs.sqs;

import io.ecsoperator.localecs.protocol.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.DeleteQueueRequest;
import software.amazon.awssdk.services.sqs.model.DeleteQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.ListQueuesRequest;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.PurgeQueueRequest;
import software.amazon.awssdk.services.sqs.model.PurgeQueueResponse;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesResponse;

/**
 * The operations on standard queues. Runs on the caller's thread, which may block in a long poll.
 */
public final class SqsOperations {
  private static final int MOST_IN_BATCH = 10;
  private static final int MOST_RECEIVED = 10;
  private static final int LONGEST_POLL = 20;
  private static final int LONGEST_VISIBILITY = 43_200;
  private static final int LONGEST_DELAY = 900;
  private static final Pattern BATCH_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private final Queues queues;

  public SqsOperations(Queues queues) {
    this.queues = queues;
  }

  /**
   * The origin of a call.
   *
   * @param endpoint scheme, host and port that the caller used; part of queue URLs
   */
  public record Caller(Scope scope, String endpoint) {}

  /**
   * Carries out a request; its effect is on disk when this returns.
   *
   * @throws SqsError where SQS refuses the request
   */
  public SdkResponse carryOut(Caller caller, SdkRequest request) {
    SdkResponse answer = perform(caller, request);
    queues.force();
    return answer;
  }

  private SdkResponse perform(Caller caller, SdkRequest request) {
    return switch (request) {
      case CreateQueueRequest create -> create(caller, create);
      case GetQueueUrlRequest get -> url(caller, get);
      case ListQueuesRequest list -> list(caller, list);
      case DeleteQueueRequest delete -> {
        queues.delete(caller.scope(), queue(caller, delete.queueUrl()).name());
        yield DeleteQueueResponse.builder().build();
      }
      case GetQueueAttributesRequest get -> attributes(caller, get);
      case SetQueueAttributesRequest set -> {
        Queue queue = queue(caller, set.queueUrl());
        queue.set(queue.settings().with(set.attributesAsStrings()));
        yield SetQueueAttributesResponse.builder().build();
      }
      case SendMessageRequest send -> send(caller, send);
      case SendMessageBatchRequest batch -> sendBatch(caller, batch);
      case ReceiveMessageRequest receive -> receive(caller, receive);
      case DeleteMessageRequest delete -> {
        queue(caller, delete.queueUrl()).delete(ReceiptHandle.parse(delete.receiptHandle()));
        yield DeleteMessageResponse.builder().build();
      }
      case DeleteMessageBatchRequest batch -> deleteBatch(caller, batch);
      case ChangeMessageVisibilityRequest change -> {
        hide(queue(caller, change.queueUrl()), change.receiptHandle(), change.visibilityTimeout());
        yield ChangeMessageVisibilityResponse.builder().build();
      }
      case ChangeMessageVisibilityBatchRequest batch -> hideBatch(caller, batch);
      case PurgeQueueRequest purge -> {
        queue(caller, purge.queueUrl()).purge();
        yield PurgeQueueResponse.builder().build();
      }
      default -> throw SqsError.unknownOperation(request.getClass().getSimpleName());
    };
  }

  private CreateQueueResponse create(Caller caller, CreateQueueRequest request) {
    Queue queue = queues.create(caller.scope(), request.queueName(), request.attributesAsStrings());
    return CreateQueueResponse.builder().queueUrl(url(caller, queue.name())).build();
  }

  private GetQueueUrlResponse url(Caller caller, GetQueueUrlRequest request) {
    Queue queue =
        queues
            .find(caller.scope(), String.valueOf(request.queueName()))
            .orElseThrow(SqsError::noSuchQueue);
    return GetQueueUrlResponse.builder().queueUrl(url(caller, queue.name())).build();
  }

  private ListQueuesResponse list(Caller caller, ListQueuesRequest request) {
    String prefix = Optional.ofNullable(request.queueNamePrefix()).orElse("");
    return ListQueuesResponse.builder()
        .queueUrls(
            queues.names(caller.scope()).stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> url(caller, name))
                .toList())
        .build();
  }

  private static String url(Caller caller, String name) {
    return caller.endpoint() + "/" + caller.scope().account() + "/" + name;
  }

  /** Finds a queue by the last part of its URL; the host is ignored. */
  private Queue queue(Caller caller, @Nullable String url) {
    if (url == null || url.isEmpty()) {
      throw SqsError.missingParameter("QueueUrl");
    }
    return queues
        .find(caller.scope(), url.substring(url.lastIndexOf('/') + 1))
        .orElseThrow(SqsError::noSuchQueue);
  }

  private GetQueueAttributesResponse attributes(Caller caller, GetQueueAttributesRequest request) {
    Map<String, String> shown = queue(caller, request.queueUrl()).attributes();
    Set<String> asked = new HashSet<>(request.attributeNamesAsStrings());
    if (!asked.contains("All")) {
      shown.keySet().retainAll(asked);
    }
    return GetQueueAttributesResponse.builder().attributesWithStrings(shown).build();
  }

  private SendMessageResponse send(Caller caller, SendMessageRequest request) {
    StoredMessage sent =
        queue(caller, request.queueUrl())
            .send(
                request.messageBody(),
                request.messageAttributes(),
                seconds("DelaySeconds", request.delaySeconds(), LONGEST_DELAY));
    return SendMessageResponse.builder()
        .messageId(sent.id())
        .md5OfMessageBody(Digests.ofBody(sent.body()))
        .md5OfMessageAttributes(digest(sent.attributes()))
        .build();
  }

  private SendMessageBatchResponse sendBatch(Caller caller, SendMessageBatchRequest request) {
    Queue queue = queue(caller, request.queueUrl());
    List<SendMessageBatchResultEntry> done = new ArrayList<>();
    List<BatchResultErrorEntry> failed =
        batch(
            request.entries(),
            SendMessageBatchRequestEntry::id,
            entry -> {
              StoredMessage sent =
                  queue.send(
                      entry.messageBody(),
                      entry.messageAttributes(),
                      seconds("DelaySeconds", entry.delaySeconds(), LONGEST_DELAY));
              done.add(
                  SendMessageBatchResultEntry.builder()
                      .id(entry.id())
                      .messageId(sent.id())
                      .md5OfMessageBody(Digests.ofBody(sent.body()))
                      .md5OfMessageAttributes(digest(sent.attributes()))
                      .build());
            });
    return SendMessageBatchResponse.builder().successful(done).failed(failed).build();
  }

  private ReceiveMessageResponse receive(Caller caller, ReceiveMessageRequest request) {
    Queue queue = queue(caller, request.queueUrl());
    int most = Optional.ofNullable(request.maxNumberOfMessages()).orElse(1);
    if (most < 1 || most > MOST_RECEIVED) {
      throw SqsError.invalidParameter(
          "Value "
              + most
              + " for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10,"
              + " if provided.");
    }
    try {
      List<StoredMessage> received =
          queue.receive(
              most,
              seconds("VisibilityTimeout", request.visibilityTimeout(), LONGEST_VISIBILITY),
              seconds("WaitTimeSeconds", request.waitTimeSeconds(), LONGEST_POLL));
      return ReceiveMessageResponse.builder()
          // SQS leaves out an empty member.
          .messages(
              received.isEmpty()
                  ? null
                  : received.stream().map(message -> shown(caller, request, message)).toList())
          .build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted in a long poll.", e);
    }
  }

  private static Message shown(
      Caller caller, ReceiveMessageRequest request, StoredMessage message) {
    Map<String, String> system = new LinkedHashMap<>();
    system.put("SenderId", caller.scope().account());
    system.put("SentTimestamp", Long.toString(message.sentAt().toEpochMilli()));
    system.put("ApproximateReceiveCount", Integer.toString(message.receives()));
    message
        .firstReceivedAt()
        .ifPresent(
            time ->
                system.put("ApproximateFirstReceiveTimestamp", Long.toString(time.toEpochMilli())));
    Set<String> asked = systemAttributesAsked(request);
    if (!asked.contains("All")) {
      system.keySet().retainAll(asked);
    }
    Map<String, MessageAttributeValue> attributes =
        asked(message.attributes(), request.messageAttributeNames());
    return Message.builder()
        .messageId(message.id())
        .receiptHandle(new ReceiptHandle(message.id(), message.receives()).text())
        .md5OfBody(Digests.ofBody(message.body()))
        .body(message.body())
        .attributesWithStrings(system.isEmpty() ? null : system)
        .messageAttributes(attributes.isEmpty() ? null : attributes)
        .md5OfMessageAttributes(digest(attributes))
        .build();
  }

  // Older clients send the older member.
  @SuppressWarnings("deprecation")
  private static Set<String> systemAttributesAsked(ReceiveMessageRequest request) {
    Set<String> asked = new HashSet<>(request.attributeNamesAsStrings());
    asked.addAll(request.messageSystemAttributeNamesAsStrings());
    return asked;
  }

  /** Names may end in {@code .*}, and {@code All} means all. */
  private static Map<String, MessageAttributeValue> asked(
      Map<String, MessageAttributeValue> attributes, List<String> names) {
    Map<String, MessageAttributeValue> asked = new LinkedHashMap<>();
    attributes.forEach(
        (name, value) -> {
          if (names.stream()
              .anyMatch(
                  pattern ->
                      pattern.equals("All")
                          || pattern.equals(name)
                          || (pattern.endsWith(".*")
                              && name.startsWith(pattern.substring(0, pattern.length() - 2))))) {
            asked.put(name, value);
          }
        });
    return asked;
  }

  /** SQS leaves the digest out when there are no attributes. */
  private static @Nullable String digest(Map<String, MessageAttributeValue> attributes) {
    return attributes.isEmpty() ? null : Digests.ofAttributes(attributes);
  }

  private DeleteMessageBatchResponse deleteBatch(Caller caller, DeleteMessageBatchRequest request) {
    Queue queue = queue(caller, request.queueUrl());
    List<DeleteMessageBatchResultEntry> done = new ArrayList<>();
    List<BatchResultErrorEntry> failed =
        batch(
            request.entries(),
            DeleteMessageBatchRequestEntry::id,
            entry -> {
              queue.delete(ReceiptHandle.parse(entry.receiptHandle()));
              done.add(DeleteMessageBatchResultEntry.builder().id(entry.id()).build());
            });
    return DeleteMessageBatchResponse.builder().successful(done).failed(failed).build();
  }

  private ChangeMessageVisibilityBatchResponse hideBatch(
      Caller caller, ChangeMessageVisibilityBatchRequest request) {
    Queue queue = queue(caller, request.queueUrl());
    List<ChangeMessageVisibilityBatchResultEntry> done = new ArrayList<>();
    List<BatchResultErrorEntry> failed =
        batch(
            request.entries(),
            ChangeMessageVisibilityBatchRequestEntry::id,
            entry -> {
              hide(queue, entry.receiptHandle(), entry.visibilityTimeout());
              done.add(ChangeMessageVisibilityBatchResultEntry.builder().id(entry.id()).build());
            });
    return ChangeMessageVisibilityBatchResponse.builder().successful(done).failed(failed).build();
  }

  private static void hide(Queue queue, String handle, Integer timeout) {
    queue.hide(
        ReceiptHandle.parse(handle),
        seconds("VisibilityTimeout", timeout, LONGEST_VISIBILITY)
            .orElseThrow(() -> SqsError.missingParameter("VisibilityTimeout")));
  }

  private static <E> List<BatchResultErrorEntry> batch(
      List<E> entries, Function<E, String> id, Consumer<E> action) {
    checkBatch(entries.stream().map(id).toList());
    BiFunction<E, SqsError, BatchResultErrorEntry> failure =
        (entry, error) ->
            BatchResultErrorEntry.builder()
                .id(id.apply(entry))
                .senderFault(true)
                .code(error.queryCode())
                .message(error.getMessage())
                .build();
    List<BatchResultErrorEntry> failed = new ArrayList<>();
    for (E entry : entries) {
      try {
        action.accept(entry);
      } catch (SqsError e) {
        failed.add(failure.apply(entry, e));
      }
    }
    return failed;
  }

  private static void checkBatch(List<String> ids) {
    if (ids.isEmpty()) {
      throw batchError("EmptyBatchRequest", "There should be at least one entry in the request.");
    }
    if (ids.size() > MOST_IN_BATCH) {
      throw batchError(
          "TooManyEntriesInBatchRequest",
          "Maximum number of entries per request are 10. You have sent " + ids.size() + ".");
    }
    for (String id : ids) {
      if (id == null || !BATCH_ID.matcher(id).matches()) {
        throw batchError(
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores."
                + " It can be at most 80 letters long.");
      }
    }
    if (new HashSet<>(ids).size() < ids.size()) {
      throw batchError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
    }
  }

  private static SqsError batchError(String type, String message) {
    return new SqsError(type, "AWS.SimpleQueueService." + type, message);
  }

  private static Optional<Duration> seconds(String name, @Nullable Integer value, int most) {
    if (value != null && (value < 0 || value > most)) {
      throw SqsError.invalidParameter(
          "Value "
              + value
              + " for parameter "
              + name
              + " is invalid. Reason: Must be >= 0 and <= "
              + most
              + ", if provided.");
    }
    return Optional.ofNullable(value).map(Duration::ofSeconds);
  }
}
