"""A service from its creation to its second life under the same name."""

from local_ecs import EcsTest

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class ServiceLife(EcsTest):
    def test_walks_a_full_life(self):
        first = self.register("web")
        service = self.create_service("web", first, desired=2, deploymentConfiguration=BREAKER)
        self.assertEqual("ACTIVE", service["status"])
        self.assertEqual((2, 0, 0), counts(service))
        self.assertEqual([("PRIMARY", "IN_PROGRESS")], rollouts(service))
        service = self.complete("web")
        self.assertEqual(first, service["taskDefinition"])
        self.assertEqual((2, 2, 0), counts(service))

        second = self.update_to_a_good_revision()
        self.crash_and_roll_back(to=second)
        self.scale(to=5)
        self.scale(to=1)
        self.delete_and_create_again(first)

    def update_to_a_good_revision(self):
        second = self.register("web", environment={"VERSION": "2"})
        service = self.ecs.update_service(cluster=self.cluster, service="web", taskDefinition="web")["service"]
        self.assertEqual(second, service["taskDefinition"])
        self.assertEqual([("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")], rollouts(service))
        service = self.complete("web")
        [deployment] = service["deployments"]
        self.assertEqual("PRIMARY", deployment["status"])
        self.assertEqual(f"ECS deployment {deployment['id']} completed.", deployment["rolloutStateReason"])
        self.assertIn("(service web) has reached a steady state.", messages(service))
        self.assertEqual({second}, self.running_definitions())
        return second

    def crash_and_roll_back(self, to):
        good = self.service("web")["deployments"][0]["id"]
        broken = self.register("web", environment={"LOCAL_ECS_EXIT_CODE": "1"})
        service = self.ecs.update_service(cluster=self.cluster, service="web", taskDefinition=broken)["service"]
        failing = service["deployments"][0]["id"]

        service = self.complete("web")
        self.assertEqual(to, service["taskDefinition"])
        self.assertEqual({to}, self.running_definitions())
        self.assertIn(
            f"(service web) (deployment {failing}) deployment failed: tasks failed to start.", messages(service)
        )
        self.assertIn(f"(service web) rolling back to deployment {good}.", messages(service))

        failed, *_ = self.ecs.list_service_deployments(cluster=self.cluster, service="web")["serviceDeployments"]
        self.assertEqual("ROLLBACK_SUCCESSFUL", failed["status"])
        [deployment] = self.ecs.describe_service_deployments(
            serviceDeploymentArns=[failed["serviceDeploymentArn"]]
        )["serviceDeployments"]
        self.assertEqual("TRIGGERED", deployment["deploymentCircuitBreaker"]["status"])
        self.assertEqual(3, deployment["deploymentCircuitBreaker"]["threshold"])
        self.assertGreaterEqual(deployment["deploymentCircuitBreaker"]["failureCount"], 3)

        dead = self.ecs.list_tasks(cluster=self.cluster, desiredStatus="STOPPED")["taskArns"]
        crashed = [task for task in self.tasks(dead) if task["taskDefinitionArn"] == broken]
        self.assertIn("EssentialContainerExited", {task["stopCode"] for task in crashed})
        self.assertIn("Essential container in task exited", {task["stoppedReason"] for task in crashed})
        self.assertIn(1, {task["containers"][0].get("exitCode") for task in crashed})

    def scale(self, to):
        before = self.service("web")["deployments"][0]["id"]
        service = self.ecs.update_service(cluster=self.cluster, service="web", desiredCount=to)["service"]
        self.assertEqual(to, service["desiredCount"])
        self.wait("services_stable", services=["web"])
        service = self.service("web")
        self.assertEqual((to, to, 0), counts(service))
        self.assertEqual([before], [deployment["id"] for deployment in service["deployments"]])

    def delete_and_create_again(self, task_definition):
        with self.assertRaises(self.ecs.exceptions.ClusterContainsServicesException):
            self.ecs.delete_cluster(cluster=self.cluster)
        with self.assertRaises(self.ecs.exceptions.InvalidParameterException) as refused:
            self.ecs.delete_service(cluster=self.cluster, service="web")
        self.assertEqual(
            "The service cannot be stopped while it is scaled above 0.", refused.exception.response["Error"]["Message"]
        )
        service = self.ecs.delete_service(cluster=self.cluster, service="web", force=True)["service"]
        self.assertEqual("DRAINING", service["status"])
        self.wait("services_inactive", services=["web"])
        self.assertEqual([], self.ecs.list_services(cluster=self.cluster)["serviceArns"])

        again = self.create_service("web", task_definition)
        self.assertGreater(again["createdAt"], service["createdAt"])
        self.wait("services_stable", services=["web"])
        self.assertEqual((1, 1, 0), counts(self.service("web")))

    def running_definitions(self):
        arns = self.ecs.list_tasks(cluster=self.cluster, serviceName="web")["taskArns"]
        return {task["taskDefinitionArn"] for task in self.tasks(arns)}

    def tasks(self, arns):
        return self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]


def counts(service):
    return service["desiredCount"], service["runningCount"], service["pendingCount"]


def rollouts(service):
    return [(deployment["status"], deployment["rolloutState"]) for deployment in service["deployments"]]


def messages(service):
    return [event["message"] for event in service["events"]]
