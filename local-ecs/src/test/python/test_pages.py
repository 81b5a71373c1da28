"""boto3's paginators: every page is full, every item comes once."""

from local_ecs import EcsTest


class Pages(EcsTest):
    def test_of_clusters(self):
        for number in range(4):
            self.ecs.create_cluster(clusterName=f"shop-{number}")
        names = [arn.rpartition("/")[2] for arn in self.pages("list_clusters", "clusterArns", size=2)]
        self.assertCountEqual(["shop", "shop-0", "shop-1", "shop-2", "shop-3"], names)

    def test_of_task_definitions_and_families(self):
        revisions = [self.register("paged") for _ in range(7)]
        self.assertEqual(
            revisions,
            self.pages("list_task_definitions", "taskDefinitionArns", size=3, familyPrefix="paged", status="ACTIVE"),
        )
        self.assertEqual(
            revisions[::-1],
            self.pages("list_task_definitions", "taskDefinitionArns", size=3, familyPrefix="paged", sort="DESC"),
        )
        families = [f"paged-{letter}" for letter in "abcde"]
        for family in families:
            self.register(family)
        self.assertEqual(
            families, self.pages("list_task_definition_families", "families", size=2, familyPrefix="paged-")
        )

    def test_of_services_and_tasks(self):
        namespace = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-paged"
        self.register("web")
        created = [
            self.create_service(
                f"web-{number}", "web", serviceConnectConfiguration={"enabled": True, "namespace": namespace}
            )["serviceArn"]
            for number in range(12)
        ]
        for number in range(12):
            self.wait("services_stable", services=[f"web-{number}"])
        self.assertCountEqual(created, self.pages("list_services", "serviceArns", size=5, cluster=self.cluster))
        self.assertCountEqual(
            created, self.pages("list_services_by_namespace", "serviceArns", size=5, namespace=namespace)
        )
        running = self.pages("list_tasks", "taskArns", size=5, cluster=self.cluster)
        self.assertEqual(12, len(running))
        self.assertEqual(12, len(self.ecs.describe_tasks(cluster=self.cluster, tasks=running)["tasks"]))

    def test_of_container_instances_and_attributes(self):
        instances = [
            self.ecs.register_container_instance(
                cluster=self.cluster, attributes=[{"name": "stack", "value": f"s{number}"}]
            )["containerInstance"]["containerInstanceArn"]
            for number in range(5)
        ]
        self.assertCountEqual(
            instances, self.pages("list_container_instances", "containerInstanceArns", size=2, cluster=self.cluster)
        )
        attributes = self.pages(
            "list_attributes",
            "attributes",
            size=2,
            cluster=self.cluster,
            targetType="container-instance",
            attributeName="stack",
        )
        self.assertCountEqual([f"s{number}" for number in range(5)], [one["value"] for one in attributes])

    def test_of_account_settings(self):
        names = [one["name"] for one in self.pages("list_account_settings", "settings", 3, effectiveSettings=True)]
        self.assertIn("containerInsights", names)
        self.assertIn("taskLongArnFormat", names)

    def pages(self, operation, member, size, **request):
        pages = [
            page[member]
            for page in self.ecs.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **request)
        ]
        self.assertEqual({size}, {len(page) for page in pages[:-1]} or {size})
        items = [item for page in pages for item in page]
        self.assertEqual(len(items), len({str(item) for item in items}))
        self.assertGreater(len(pages), 1)
        return items
