package io.ecsoperator.demo;

import io.ecsoperator.controlplane.process.LocalAws;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user can do while the demo runs.
 *
 * @param kubectl its path, if it is not on the PATH
 * @param logs the folder with all logs
 */
record Guide(Path kubeconfig, Optional<Path> kubectl, String localEcs, Path logs) {

  String text() {
    return """

        The demo runs until Ctrl-C. In another shell:

          export KUBECONFIG=%s%s

          kubectl get ecs                                  # all kinds, with READY and STATUS
          kubectl describe ecssvc/web                      # conditions and Events
          kubectl explain ecsservice.spec.deploymentConfiguration
          kubectl patch ecssvc/web --type=merge -p '{"spec": {"desiredCount": 4}}'
          # A new revision; the service rolls to it:
          sed s/nginx:1.28/nginx:1.29/ samples/quickstart/web.yaml | kubectl apply -f -
          kubectl delete -f samples/quickstart

        The same with the AWS CLI, in local-ecs, where time passes 60 times as fast:

          export AWS_ENDPOINT_URL_ECS=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s
          aws ecs describe-services --region %s --cluster demo --services web

        Logs: %s/*.log and below
        """
        .formatted(
            kubeconfig,
            kubectl.map(program -> "\n  alias kubectl=" + program).orElse(""),
            localEcs,
            LocalAws.ACCESS_KEY,
            LocalAws.ACCESS_KEY,
            LocalAws.REGION,
            logs);
  }
}
