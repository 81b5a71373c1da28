package io.ecsoperator.plan;

import static io.ecsoperator.plan.MadeUpSchema.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ProjectionTest {
  private final Projection projection = new Projection();

  @Test
  void anObservedTreeHasTheNamesOfTheCreateRequest() {
    assertThat(
            projection.observed(
                QUEUE,
                Json.object(
                    """
                    {queueArn: 'arn:q', queueName: 'web', ownerArn: 'arn:o', status: 'ACTIVE',
                     copies: [{status: 'OLD', disks: [{name: 'x'}]}, {status: 'PRIMARY', disks: [{name: 'd'}]}]}""")))
        .isEqualTo(Json.object("{queueName: 'web', owner: 'arn:o', disks: [{name: 'd'}]}"));
  }

  @Test
  void aDesiredTreeHasNoWriteOnlyMembers() {
    assertThat(projection.desired(QUEUE, Json.object("{queueName: 'web', token: 'a'}")))
        .isEqualTo(Json.object("{queueName: 'web'}"));
  }

  @Test
  void tagsThatAwsPutsOnByItselfAreNotCompared() {
    ObjectNode tagged =
        Json.object(
            "{tags: [{key: 'aws:x', value: '1'}, {key: 'AmazonECSManaged', value: ''}, {key: 'a', value: '1'}]}");
    ObjectNode compared = Json.object("{tags: [{key: 'a', value: '1'}]}");

    assertThat(projection.desired(QUEUE, tagged)).isEqualTo(compared);
    assertThat(projection.observed(QUEUE, tagged)).isEqualTo(compared);
  }

  @Test
  void theArgumentsAreNotModified() {
    ObjectNode queue = Json.object("{token: 'a', tags: [{key: 'aws:x', value: '1'}]}");
    ObjectNode copy = queue.deepCopy();
    projection.desired(QUEUE, queue);
    projection.observed(QUEUE, queue);
    assertThat(queue).isEqualTo(copy);
  }
}
