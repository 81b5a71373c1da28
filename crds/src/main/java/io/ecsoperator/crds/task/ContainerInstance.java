package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

/** The container instance of a task that does not run on Fargate. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerInstance(
    @Description("ARN of the container instance.") String arn,
    @Description("Id of the EC2 instance, or of the external machine.")
        @Nullable String ec2InstanceId,
    @Description("Status in ECS, such as ACTIVE or DRAINING.") @Nullable String status) {}
