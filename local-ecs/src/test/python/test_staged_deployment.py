"""Deployments in stages: described, continued, stopped."""

from local_ecs import EcsTest, eventually

PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}


class StagedDeployment(EcsTest):
    def setUp(self):
        super().setUp()
        self.blue = self.register("shop")
        self.green = self.register("shop", environment={"VERSION": "2"})

    def test_blue_green_waits_for_the_answer_to_its_hook(self):
        self.deploy(strategy="BLUE_GREEN", bakeTimeInMinutes=1, lifecycleHooks=[PAUSE])
        paused, hook = self.paused()
        self.assertEqual("POST_SCALE_UP", paused["lifecycleStage"])
        self.assertEqual(("PAUSE", "ROLLBACK"), (hook["targetType"], hook["timeoutAction"]))
        self.assertEqual(100.0, paused["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"])
        self.assertEqual(0.0, paused["targetServiceRevision"]["requestedProductionTrafficWeight"])

        continued = self.ecs.continue_service_deployment(
            serviceDeploymentArn=paused["serviceDeploymentArn"], hookId=hook["hookId"], action="CONTINUE"
        )
        self.assertEqual(paused["serviceDeploymentArn"], continued["serviceDeploymentArn"])
        done = self.ended()
        self.assertEqual("SUCCESSFUL", done["status"])
        self.assertEqual(100.0, done["targetServiceRevision"]["requestedProductionTrafficWeight"])
        self.assertEqual(self.green, self.serving())

    def test_a_hook_that_is_told_so_rolls_back(self):
        self.deploy(strategy="BLUE_GREEN", lifecycleHooks=[PAUSE])
        paused, hook = self.paused()
        self.ecs.continue_service_deployment(
            serviceDeploymentArn=paused["serviceDeploymentArn"], hookId=hook["hookId"], action="ROLLBACK"
        )
        self.assertEqual("ROLLBACK_SUCCESSFUL", self.ended()["status"])
        self.assertEqual(self.blue, self.serving())

    def test_linear_is_stopped_on_its_way(self):
        self.deploy(
            strategy="LINEAR", linearConfiguration={"stepPercent": 50.0, "stepBakeTimeInMinutes": 1440}
        )
        halfway = eventually(
            self.deployment, lambda now: now["targetServiceRevision"]["requestedProductionTrafficWeight"] == 50.0
        )
        self.assertEqual("IN_PROGRESS", halfway["status"])
        self.assertEqual("PRODUCTION_TRAFFIC_SHIFT", halfway["lifecycleStage"])

        stopped = self.ecs.stop_service_deployment(
            serviceDeploymentArn=halfway["serviceDeploymentArn"], stopType="ROLLBACK"
        )
        self.assertEqual(halfway["serviceDeploymentArn"], stopped["serviceDeploymentArn"])
        done = self.ended()
        self.assertEqual("ROLLBACK_SUCCESSFUL", done["status"])
        self.assertEqual(self.blue, self.serving())
        [revision] = self.ecs.describe_service_revisions(
            serviceRevisionArns=[done["rollback"]["serviceRevisionArn"]]
        )["serviceRevisions"]
        self.assertEqual(self.blue, revision["taskDefinition"])
        with self.assertRaises(self.ecs.exceptions.ConflictException):
            self.ecs.stop_service_deployment(serviceDeploymentArn=done["serviceDeploymentArn"])

    def test_a_deployment_that_is_not_there(self):
        arn = f"arn:aws:ecs:us-east-1:123456789012:service-deployment/{self.cluster}/shop/abcdefghijklmnopqrstu"
        with self.assertRaises(self.ecs.exceptions.ServiceDeploymentNotFoundException):
            self.ecs.stop_service_deployment(serviceDeploymentArn=arn)
        described = self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
        self.assertEqual([{"arn": arn, "reason": "MISSING"}], described["failures"])

    def deploy(self, **configuration):
        """Updates a service that serves the blue revision to the green one."""
        self.create_service("shop", self.blue)
        self.complete("shop")
        self.ecs.update_service(
            cluster=self.cluster, service="shop", taskDefinition=self.green, deploymentConfiguration=configuration
        )

    def paused(self):
        """The deployment once it waits at a hook, and the hook."""
        deployment = eventually(self.deployment, waiting)
        return deployment, waiting(deployment)[0]

    def ended(self):
        deployment = eventually(self.deployment, lambda now: "finishedAt" in now)
        self.assertGreaterEqual(deployment["finishedAt"], deployment["createdAt"])
        self.complete("shop")
        return deployment

    def deployment(self):
        """The newest one, in full."""
        newest, *_ = self.ecs.list_service_deployments(cluster=self.cluster, service="shop")["serviceDeployments"]
        [deployment] = self.ecs.describe_service_deployments(
            serviceDeploymentArns=[newest["serviceDeploymentArn"]]
        )["serviceDeployments"]
        return deployment

    def serving(self):
        return self.service("shop")["taskDefinition"]


def waiting(deployment):
    return [hook for hook in deployment.get("lifecycleHookDetails", []) if hook["status"] == "AWAITING_ACTION"]
