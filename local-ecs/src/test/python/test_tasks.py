"""Tasks that are run by hand: waiters, answers in full and in part, tokens, errors."""

from botocore.exceptions import WaiterError

from local_ecs import EcsTest, NETWORK, switch


class Waiting(EcsTest):
    def test_waits_for_a_task_to_run_and_to_stop(self):
        task = self.run_one(self.register("job"))
        self.assertEqual(("PROVISIONING", "RUNNING"), (task["lastStatus"], task["desiredStatus"]))
        self.wait("tasks_running", tasks=[task["taskArn"]])

        stopping = self.ecs.stop_task(cluster=self.cluster, task=task["taskArn"], reason="enough")["task"]
        self.assertEqual(("RUNNING", "STOPPED"), (stopping["lastStatus"], stopping["desiredStatus"]))
        self.wait("tasks_stopped", tasks=[task["taskArn"]])

        stopped = self.describe(task)
        self.assertEqual(("UserInitiated", "enough"), (stopped["stopCode"], stopped["stoppedReason"]))
        self.assertEqual(143, stopped["containers"][0]["exitCode"])
        moments = ["createdAt", "connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"]
        moments += ["stoppingAt", "executionStoppedAt", "stoppedAt"]
        times = [stopped[moment] for moment in moments]
        self.assertEqual(sorted(times), times)
        self.assertIsNotNone(times[0].tzinfo)

    def test_waiting_for_running_ends_when_the_task_dies(self):
        broken = self.register("job", environment={"LOCAL_ECS_PULL_ERROR": "manifest unknown"})
        task = self.run_one(broken)
        with self.assertRaises(WaiterError) as ended:
            self.wait("tasks_running", tasks=[task["taskArn"]])
        self.assertIn('matched expected path: "STOPPED"', str(ended.exception))

        self.wait("tasks_stopped", tasks=[task["taskArn"]])
        stopped = self.describe(task)
        self.assertEqual("TaskFailedToStart", stopped["stopCode"])
        self.assertEqual("CannotPullContainerError: manifest unknown", stopped["stoppedReason"])
        self.assertNotIn("startedAt", stopped)
        self.assertNotIn("exitCode", stopped["containers"][0])

    def test_waiting_for_running_ends_when_there_is_no_such_task(self):
        with self.assertRaises(WaiterError) as ended:
            self.wait("tasks_running", tasks=["0123456789abcdef0123456789abcdef"])
        self.assertIn('matched expected path: "MISSING"', str(ended.exception))
        [failure] = ended.exception.last_response["failures"]
        self.assertRegex(failure["arn"], f"^arn:aws:ecs:.*:task/{self.cluster}/0123456789abcdef0123456789abcdef$")

    def run_one(self, definition):
        answer = self.run_task(definition)
        self.assertEqual([], answer["failures"])
        [task] = answer["tasks"]
        return task

    def describe(self, task):
        return self.ecs.describe_tasks(cluster=self.cluster, tasks=[task["taskArn"]])["tasks"][0]


class Running(EcsTest):
    def test_tells_of_what_has_no_place_under_status_200(self):
        instance = self.register_instance(cpu=1024, memory=1024)
        self.ecs.register_task_definition(
            family="big",
            containerDefinitions=[{"name": "app", "image": "shop/app:1", "cpu": 256, "memory": 600}],
        )
        answer = self.ecs.run_task(cluster=self.cluster, taskDefinition="big", count=2)
        self.assertEqual(200, answer["ResponseMetadata"]["HTTPStatusCode"])
        self.assertEqual([instance], [task["containerInstanceArn"] for task in answer["tasks"]])
        self.assertEqual([{"arn": instance, "reason": "RESOURCE:MEMORY"}], answer["failures"])

    def test_fails_without_any_instance(self):
        self.ecs.register_task_definition(
            family="small",
            containerDefinitions=[{"name": "app", "image": "shop/app:1", "memory": 128}],
        )
        with self.assertRaises(self.ecs.exceptions.InvalidParameterException) as refused:
            self.ecs.run_task(cluster=self.cluster, taskDefinition="small")
        self.assertEqual(
            "No Container Instances were found in your cluster.", refused.exception.response["Error"]["Message"]
        )

    def test_fails_while_fargate_has_no_room(self):
        definition = self.register("job")
        switch("fargate", available=False)
        self.addCleanup(switch, "fargate", available=True)
        answer = self.run_task(definition)
        self.assertEqual([], answer["tasks"])
        self.assertEqual(["RESOURCE:FARGATE"], [failure["reason"] for failure in answer["failures"]])

    def test_a_token_runs_the_same_tasks_once(self):
        definition = self.register("job")
        first = self.run_task(definition, count=3, clientToken="once")
        again = self.run_task(definition, count=3, clientToken="once")
        self.assertEqual(arns(first), arns(again))
        self.assertEqual(3, len(self.ecs.list_tasks(cluster=self.cluster)["taskArns"]))

        with self.assertRaises(self.ecs.exceptions.ConflictException) as refused:
            self.run_task(definition, count=2, clientToken="once")
        self.assertEqual(arns(first), sorted(refused.exception.response["resourceIds"]))

    def register_instance(self, cpu, memory):
        instance = self.ecs.register_container_instance(
            cluster=self.cluster,
            totalResources=[
                {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
                {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
            ],
        )
        return instance["containerInstance"]["containerInstanceArn"]


class Errors(EcsTest):
    def test_have_a_code_a_text_and_a_request_id(self):
        with self.assertRaises(self.ecs.exceptions.ClusterNotFoundException) as refused:
            self.ecs.list_tasks(cluster="elsewhere")
        response = refused.exception.response
        self.assertEqual({"Code": "ClusterNotFoundException", "Message": "Cluster not found."}, response["Error"])
        self.assertEqual(400, response["ResponseMetadata"]["HTTPStatusCode"])
        self.assertRegex(response["ResponseMetadata"]["RequestId"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def test_are_those_of_ecs(self):
        ecs, cluster = self.ecs, self.cluster
        self.register("web")
        self.create_service("web", "web")
        missing = {"cluster": cluster, "service": "none"}
        self.refused("ServiceNotFoundException", "Service not found.", ecs.update_service, **missing)
        self.refused("ServiceNotFoundException", "", ecs.delete_service, **missing)
        self.refused(
            "InvalidParameterException", "The referenced task was not found.", ecs.stop_task, cluster=cluster, task="x"
        )
        self.refused(
            "ClientException", "TaskDefinition not found.", ecs.run_task, cluster=cluster, taskDefinition="none"
        )
        self.refused(
            "ClientException",
            "Unable to describe task definition.",
            ecs.describe_task_definition,
            taskDefinition="none",
        )
        self.refused(
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            ecs.run_task,
            cluster=cluster,
            taskDefinition="web",
            launchType="FARGATE",
        )
        self.refused(
            "InvalidParameterException",
            "Creation of service was not idempotent.",
            ecs.create_service,
            cluster=cluster,
            serviceName="web",
            taskDefinition="web",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration=NETWORK,
        )
        self.refused(
            "InvalidParameterException",
            "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]",
            ecs.run_task,
            cluster=cluster,
            taskDefinition="web",
            launchType="MOON",
        )

    def test_an_operation_that_is_not_there_is_named(self):
        with self.assertRaises(self.ecs.exceptions.UnsupportedFeatureException) as refused:
            self.ecs.execute_command(cluster=self.cluster, task="x", command="sh", interactive=True)
        self.assertIn("ExecuteCommand", str(refused.exception))

    def refused(self, code, message, operation, **request):
        with self.subTest(code=code, message=message):
            with self.assertRaises(self.ecs.exceptions.ClientError) as refused:
                operation(**request)
            self.assertEqual({"Code": code, "Message": message}, refused.exception.response["Error"])


def arns(answer):
    return sorted(task["taskArn"] for task in answer["tasks"])
