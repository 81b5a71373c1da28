package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;

/** Where a task runs that does not run on Fargate. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerInstance(
    @Description("ARN of the container instance.") String arn,
    @Description("Id of the EC2 instance, or of the machine that is registered as external.")
        String ec2InstanceId,
    @Description("Status that ECS gives, such as ACTIVE or DRAINING.") String status) {}
