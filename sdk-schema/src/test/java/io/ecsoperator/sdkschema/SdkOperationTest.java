package io.ecsoperator.sdkschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceResponse;
import software.amazon.awssdk.services.sqs.SqsClient;

class SdkOperationTest {

  @Test
  void ecsHas88Operations() {
    assertThat(SdkOperation.all(EcsClient.class))
        .hasSize(88)
        .containsKeys("CreateService", "ListTasks", "PutClusterCapacityProviders", "StopTask")
        .allSatisfy(
            (name, operation) -> {
              assertThat(operation.requestType().getSimpleName()).isEqualTo(name + "Request");
              assertThat(operation.responseType().getSimpleName()).isEqualTo(name + "Response");
            });
  }

  @Test
  void sqsHas23Operations() {
    assertThat(SdkOperation.all(SqsClient.class))
        .hasSize(23)
        .containsKeys("SendMessage", "ReceiveMessage", "DeleteMessageBatch");
  }

  @Test
  void aCallInvokesTheMethodOfTheClient() {
    CreateServiceRequest request = CreateServiceRequest.builder().serviceName("web").build();
    CreateServiceResponse response = CreateServiceResponse.builder().build();
    EcsClient client =
        client(
            (method, argument) -> {
              assertThat(method).isEqualTo("createService");
              assertThat(argument).isSameAs(request);
              return response;
            });

    assertThat(SdkOperation.all(EcsClient.class).get("CreateService").call(client, request))
        .isSameAs(response);
  }

  @Test
  void exceptionsOfTheClientAreThrownUnchanged() {
    ClusterNotFoundException refusal =
        ClusterNotFoundException.builder().message("Cluster not found.").build();
    EcsClient client =
        client(
            (_, _) -> {
              throw refusal;
            });

    assertThatThrownBy(
            () ->
                SdkOperation.all(EcsClient.class)
                    .get("CreateService")
                    .call(client, CreateServiceRequest.builder().build()))
        .isSameAs(refusal);
  }

  private interface Call {
    Object call(String method, Object argument);
  }

  private static EcsClient client(Call call) {
    return (EcsClient)
        Proxy.newProxyInstance(
            EcsClient.class.getClassLoader(),
            new Class<?>[] {EcsClient.class},
            (_, method, arguments) -> call.call(method.getName(), arguments[0]));
  }
}
