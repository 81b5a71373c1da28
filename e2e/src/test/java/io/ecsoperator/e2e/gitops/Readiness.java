package io.ecsoperator.e2e.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What the tools that wait for objects take an object for.
 *
 * @param argo the health by our script for Argo CD
 * @param kstatus the status that Helm 4 and Flux compute
 * @param waitEnds whether {@code kubectl wait --for=condition=Ready} ends
 */
public record Readiness(String argo, String kstatus, boolean waitEnds) {

  public static Readiness of(JsonNode object) {
    String script = new Customization(object.path("kind").asText()).health();
    return new Readiness(
        LuaSandbox.run(script, object).get("status").checkjstring(),
        KstatusRules.status(object),
        KstatusRules.waitEnds(object, "Ready"));
  }

  /**
   * Whether no tool takes the object for ready or for failed while another one does not. Argo CD
   * also knows what is held, and what an annotation requests.
   */
  public boolean agrees() {
    return switch (argo) {
      case "Healthy" -> kstatus.equals("Current") && waitEnds;
      case "Degraded" -> Set.of("Failed", "Terminating").contains(kstatus) && !waitEnds;
      case "Progressing" -> !kstatus.equals("Failed");
      default -> true;
    };
  }
}
