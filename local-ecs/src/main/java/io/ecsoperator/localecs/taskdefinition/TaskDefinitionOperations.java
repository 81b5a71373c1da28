package io.ecsoperator.localecs.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesResponse;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionFamilyStatus;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** The six operations on task definitions. */
public final class TaskDefinitionOperations {
  private static final Pattern FAMILY = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final int MOST_BYTES = 64 * 1024;
  private static final int MOST_DELETED = 10;

  /** The interval of the checks whether a deleted revision is still in use. */
  private static final Duration DELETION_STEP = Duration.ofSeconds(30);

  private final Scope scope;
  private final World world;
  private final TaskDefinitions definitions;
  private final Tags tags;
  private final List<TaskDefinitionUsers> users;
  private final SdkJson codec = new SdkJson();
  private final Defaults defaults = new Defaults();

  public TaskDefinitionOperations(
      Scope scope,
      World world,
      TaskDefinitions definitions,
      Tags tags,
      List<TaskDefinitionUsers> users) {
    this.scope = scope;
    this.world = world;
    this.definitions = definitions;
    this.tags = tags;
    this.users = List.copyOf(users);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            RegisterTaskDefinitionRequest.class,
            this::register,
            "Roles, secrets, volumes and log groups are not checked.",
            "requiresAttributes has the common capabilities, not all.",
            "Fargate sizes end at 16 vCPU.")
        .add(DeregisterTaskDefinitionRequest.class, this::deregister)
        .add(DeleteTaskDefinitionsRequest.class, this::delete)
        .add(DescribeTaskDefinitionRequest.class, this::describe)
        .add(ListTaskDefinitionsRequest.class, this::list)
        .add(ListTaskDefinitionFamiliesRequest.class, this::listFamilies);
  }

  private RegisterTaskDefinitionResponse register(RegisterTaskDefinitionRequest request) {
    if (request.family() == null || request.family().isEmpty()) {
      throw EcsError.client("Family should not be null or empty.");
    }
    if (!FAMILY.matcher(request.family()).matches()) {
      throw EcsError.client("Family contains invalid characters.");
    }
    Tags.check(request.tags());
    TaskDefinition definition = defaults.apply(body(request));
    definition
        .requiresCompatibilitiesAsStrings()
        .forEach(
            place ->
                Choice.check("requires compatibilities", place, List.of(Compatibility.values())));
    Choice.check("network mode", definition.networkModeAsString(), List.of(NetworkMode.values()));
    ContainerRules.check(definition);
    FargateRules.check(definition);
    TaskSize.checkOnEc2(definition.cpu());
    TaskDefinition registered =
        definitions.add(
            request.family(),
            definition.toBuilder()
                .status(TaskDefinitionStatus.ACTIVE)
                .registeredAt(world.now())
                .registeredBy(scope.principalArn())
                .compatibilities(Capabilities.compatibilities(definition))
                .requiresAttributes(Capabilities.required(definition))
                .build());
    tags.open(registered.taskDefinitionArn(), request.tags());
    RegisterTaskDefinitionResponse.Builder answer =
        RegisterTaskDefinitionResponse.builder().taskDefinition(registered);
    if (!request.tags().isEmpty()) {
      answer.tags(request.tags());
    }
    return answer.build();
  }

  /** The request as a task definition, which has every member of the request except the tags. */
  private TaskDefinition body(RegisterTaskDefinitionRequest request) {
    ObjectNode tree = codec.encode(request);
    tree.remove("tags");
    if (tree.toString().length() > MOST_BYTES) {
      throw EcsError.client("The task definition is larger than 64 KiB.");
    }
    return codec.decode(tree, TaskDefinition.class);
  }

  private DeregisterTaskDefinitionResponse deregister(DeregisterTaskDefinitionRequest request) {
    TaskDefinition found =
        revision(request.taskDefinition(), "Unable to deregister task definition.");
    if (found.status() == TaskDefinitionStatus.DELETE_IN_PROGRESS) {
      throw EcsError.client("The specified task definition is in the process of being deleted.");
    }
    if (found.status() == TaskDefinitionStatus.ACTIVE) {
      found =
          found.toBuilder()
              .status(TaskDefinitionStatus.INACTIVE)
              .deregisteredAt(world.now())
              .build();
      definitions.put(found);
    }
    return DeregisterTaskDefinitionResponse.builder().taskDefinition(found).build();
  }

  private TaskDefinition revision(@Nullable String reference, String unknown) {
    if (reference == null || reference.isEmpty()) {
      throw EcsError.client("TaskDefinition can not be blank.");
    }
    if (!reference.substring(reference.lastIndexOf('/') + 1).contains(":")) {
      throw EcsError.client("Revision is missing");
    }
    return definitions.find(reference).orElseThrow(() -> EcsError.client(unknown));
  }

  private DeleteTaskDefinitionsResponse delete(DeleteTaskDefinitionsRequest request) {
    if (request.taskDefinitions().isEmpty()) {
      throw EcsError.invalidParameter("TaskDefinitions can not be empty.");
    }
    if (request.taskDefinitions().size() > MOST_DELETED) {
      throw EcsError.invalidParameter(
          "TaskDefinitions cannot have more than " + MOST_DELETED + " items.");
    }
    List<TaskDefinition> deleted = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.taskDefinitions()) {
      Optional<TaskDefinition> found =
          reference.substring(reference.lastIndexOf('/') + 1).contains(":")
              ? definitions.find(reference)
              : Optional.empty();
      if (found.isEmpty()) {
        failures.add(Failure.builder().arn(reference).reason("MISSING").build());
      } else if (found.get().status() == TaskDefinitionStatus.ACTIVE) {
        failures.add(
            Failure.builder()
                .arn(found.get().taskDefinitionArn())
                .reason(
                    "The specified task definition is still in ACTIVE status. Please deregister"
                        + " the target and try again.")
                .build());
      } else {
        deleted.add(markDeleted(found.get()));
      }
    }
    return DeleteTaskDefinitionsResponse.builder()
        .taskDefinitions(deleted)
        .failures(failures)
        .build();
  }

  private TaskDefinition markDeleted(TaskDefinition inactive) {
    if (inactive.status() == TaskDefinitionStatus.DELETE_IN_PROGRESS) {
      return inactive;
    }
    TaskDefinition marked =
        inactive.toBuilder()
            .status(TaskDefinitionStatus.DELETE_IN_PROGRESS)
            .deleteRequestedAt(world.now())
            .build();
    definitions.put(marked);
    world.after(DELETION_STEP, () -> removeUnlessUsed(marked));
    return marked;
  }

  private void removeUnlessUsed(TaskDefinition marked) {
    if (users.stream().anyMatch(user -> user.uses(marked.taskDefinitionArn()))) {
      world.after(DELETION_STEP, () -> removeUnlessUsed(marked));
    } else {
      definitions.remove(marked);
      tags.forget(marked.taskDefinitionArn());
    }
  }

  private DescribeTaskDefinitionResponse describe(DescribeTaskDefinitionRequest request) {
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(TaskDefinitionField.values())));
    if (request.taskDefinition() == null || request.taskDefinition().isEmpty()) {
      throw EcsError.client("TaskDefinition can not be blank.");
    }
    TaskDefinition found =
        definitions
            .find(request.taskDefinition())
            .orElseThrow(() -> EcsError.client("Unable to describe task definition."));
    DescribeTaskDefinitionResponse.Builder answer =
        DescribeTaskDefinitionResponse.builder().taskDefinition(found);
    if (request.include().contains(TaskDefinitionField.TAGS)) {
      answer.tags(tags.of(found.taskDefinitionArn()));
    }
    return answer.build();
  }

  private ListTaskDefinitionsResponse list(ListTaskDefinitionsRequest request) {
    Choice.check("status", request.statusAsString(), List.of(TaskDefinitionStatus.values()));
    Choice.check("sort", request.sortAsString(), List.of(SortOrder.values()));
    TaskDefinitionStatus status =
        request.status() == null ? TaskDefinitionStatus.ACTIVE : request.status();
    Stream<String> families =
        request.familyPrefix() == null
            ? definitions.families()
            // ECS matches the whole family here, despite the name familyPrefix.
            : Stream.of(request.familyPrefix());
    List<TaskDefinition> revisions =
        families
            .flatMap(family -> definitions.revisions(family).stream())
            .filter(revision -> revision.status() == status)
            .toList();
    boolean descending = request.sort() == SortOrder.DESC;
    Page<TaskDefinition> page =
        Page.of(
            descending ? revisions.reversed() : revisions,
            TaskDefinitionOperations::sortKey,
            descending ? Comparator.reverseOrder() : Comparator.naturalOrder(),
            request.maxResults(),
            request.nextToken(),
            Page.Size.HUNDRED);
    return ListTaskDefinitionsResponse.builder()
        .taskDefinitionArns(page.items().stream().map(TaskDefinition::taskDefinitionArn).toList())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  /** A text that sorts by family and, within a family, by revision number. */
  private static String sortKey(TaskDefinition revision) {
    return String.format("%s %010d", revision.family(), revision.revision());
  }

  private ListTaskDefinitionFamiliesResponse listFamilies(
      ListTaskDefinitionFamiliesRequest request) {
    Choice.check("status", request.statusAsString(), List.of(TaskDefinitionFamilyStatus.values()));
    String prefix = request.familyPrefix() == null ? "" : request.familyPrefix();
    List<String> families =
        definitions
            .families()
            .filter(family -> family.startsWith(prefix))
            .filter(family -> request.status() == null || isListed(family, request.status()))
            .toList();
    Page<String> page =
        Page.of(
            families,
            family -> family,
            request.maxResults(),
            request.nextToken(),
            Page.Size.HUNDRED);
    return ListTaskDefinitionFamiliesResponse.builder()
        .families(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private boolean isListed(String family, TaskDefinitionFamilyStatus status) {
    boolean active =
        definitions.revisions(family).stream()
            .anyMatch(revision -> revision.status() == TaskDefinitionStatus.ACTIVE);
    return switch (status) {
      case ACTIVE -> active;
      case INACTIVE -> !active;
      case ALL, UNKNOWN_TO_SDK_VERSION -> true;
    };
  }
}
