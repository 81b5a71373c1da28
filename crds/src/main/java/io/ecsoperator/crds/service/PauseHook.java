package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PauseHook(
    @Description("Id of the hook, for ContinueServiceDeployment.") String hookId,
    @Description("Stage of the deployment, such as PRE_SCALE_UP.") @Nullable String stage,
    @Description("When the wait ends, RFC 3339.") @Nullable String expiresAt,
    @Description("What ECS does then: CONTINUE or ROLLBACK.") @Nullable String timeoutAction,
    @Description("ARN of the service deployment, for ContinueServiceDeployment.")
        String serviceDeploymentArn) {}
