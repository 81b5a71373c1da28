package io.ecsoperator.benchmarks.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.benchmarks.operator.ApiServerRequests.Request;
import org.junit.jupiter.api.Test;

class ApiServerRequestsTest {
  private static String sample(String verb, String group, String resource, int count) {
    return "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"%s\",resource=\"%s\",scope=\"resource\",subresource=\"status\",verb=\"%s\",version=\"v1\"} %d\n"
        .formatted(group, resource, verb, count);
  }

  @Test
  void countsWritesToOwnKindsAndEventsSinceAnEarlierRead() {
    String group = "ecs-operator.io";
    ApiServerRequests before = ApiServerRequests.parse(sample("APPLY", group, "ecsservices", 5));

    ApiServerRequests after =
        ApiServerRequests.parse(
            "# TYPE apiserver_request_total counter\n"
                + sample("APPLY", group, "ecsservices", 12)
                + sample("PATCH", group, "ecsclusters", 1)
                + sample("POST", group, "ecsservices", 100)
                + sample("WATCH", group, "ecsservices", 9)
                + sample("PUT", "coordination.k8s.io", "leases", 30)
                + sample("POST", "", "events", 3));

    assertThat(after.since(before, Request::isWriteToOwnKinds)).isEqualTo(8);
    assertThat(after.since(before, Request::isEvent)).isEqualTo(3);
    assertThat(after.since(before, Request::isOperatorsWrite)).isEqualTo(11);
  }

  @Test
  void samplesThatDifferOnlyInTheResponseCodeAreAdded() {
    String ok = sample("APPLY", "ecs-operator.io", "ecsservices", 5);

    ApiServerRequests requests =
        ApiServerRequests.parse(ok + ok.replace("code=\"200\"", "code=\"409\""));

    assertThat(requests.since(ApiServerRequests.parse(""), Request::isOperatorsWrite))
        .isEqualTo(10);
  }
}
