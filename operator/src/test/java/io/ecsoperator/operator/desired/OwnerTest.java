package io.ecsoperator.operator.desired;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.ObjectKey;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

class OwnerTest {
  private static final Owner OWNER = new Owner("11d65b1f-4a0a-4a4c-9c4e-5a5c0d7f2d11");

  @Property
  void tagFitsWithNamesOfAnyLength(
      @ForAll @AlphaChars @StringLength(min = 1, max = 63) String namespace,
      @ForAll @AlphaChars @StringLength(min = 1, max = 253) String name) {
    String tag = OWNER.tagOf(new ObjectKey("EcsTaskDefinition", namespace, name));

    assertThat(tag).hasSizeLessThanOrEqualTo(256).startsWith(OWNER.id() + "/" + namespace);
  }

  @Property
  void differentObjectsHaveDifferentTags(
      @ForAll @AlphaChars @StringLength(min = 200, max = 253) String name,
      @ForAll @AlphaChars @StringLength(min = 1, max = 8) String end) {
    Assume.that(!name.endsWith(end));
    String other = name.substring(0, name.length() - end.length()) + end;

    assertThat(OWNER.tagOf(new ObjectKey("EcsTaskDefinition", "n", name)))
        .isNotEqualTo(OWNER.tagOf(new ObjectKey("EcsTaskDefinition", "n", other)));
    assertThat(OWNER.tagOf(new ObjectKey("EcsTaskDefinition", "n", name)))
        .isEqualTo(OWNER.tagOf(new ObjectKey("EcsTaskDefinition", "n", name)));
  }

  @Example
  void aShortTagIsForPeopleToRead() {
    assertThat(new Owner("k8s").tagOf(new ObjectKey("EcsService", "shop", "web")))
        .isEqualTo("k8s/shop/EcsService/web");
  }

  @Example
  void tagsNameTheOwnerOfAResource() {
    Owner owner = new Owner("k8s");
    ObjectKey key = new ObjectKey("EcsService", "shop", "web");

    assertThat(owner.ownershipRecord(tree("{}"), key))
        .isEqualTo(new Owner.OwnershipRecord.Untagged());
    assertThat(
            owner.ownershipRecord(
                tree("{'tags':[{'key':'ecs-operator.io/owner','value':'x'}]}"), key))
        .isEqualTo(new Owner.OwnershipRecord.Others("x"));
    assertThat(
            owner.ownershipRecord(
                tree(
                    "{'tags':[{'key':'a'},{'key':'ecs-operator.io/owner',"
                        + "'value':'k8s/shop/EcsService/web'}]}"),
                key))
        .isEqualTo(new Owner.OwnershipRecord.Ours());
  }
}
