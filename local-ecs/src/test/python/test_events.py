"""EventBridge's envelopes, read from a queue with boto3's SQS client."""

import json
from datetime import datetime

from local_ecs import EcsTest, client, eventually, switch


class Events(EcsTest):
    def setUp(self):
        super().setUp()
        switch("events", queue="ecs-events")
        self.sqs = client("sqs")
        self.queue = self.sqs.get_queue_url(QueueName="ecs-events")["QueueUrl"]
        self.seen = []

    def test_tell_the_life_of_a_task(self):
        definition = self.register("job", environment={"LOCAL_ECS_RUN_SECONDS": "5"})
        [task] = self.run_task(definition)["tasks"]
        events = self.until(
            lambda event: event["detail-type"] == "ECS Task State Change" and event["detail"]["lastStatus"] == "STOPPED"
        )

        for event in events:
            self.assertEqual("0", event["version"])
            self.assertEqual("aws.ecs", event["source"])
            self.assertEqual("123456789012", event["account"])
            self.assertEqual("us-east-1", event["region"])
            self.assertEqual([task["taskArn"]], event["resources"])
            self.assertIsNotNone(datetime.fromisoformat(event["time"].replace("Z", "+00:00")).tzinfo)
            self.assertEqual(task["taskArn"], event["detail"]["taskArn"])
            self.assertNotIn("tags", event["detail"])
        self.assertEqual(len(events), len({event["id"] for event in events}))
        versions = [event["detail"]["version"] for event in events]
        self.assertEqual(list(range(1, len(events) + 1)), sorted(versions))
        by_version = [event["detail"] for event in sorted(events, key=lambda event: event["detail"]["version"])]
        self.assertEqual("PROVISIONING", by_version[0]["lastStatus"])
        self.assertIn("RUNNING", [detail["lastStatus"] for detail in by_version])
        self.assertEqual("EssentialContainerExited", by_version[-1]["stopCode"])
        self.assertEqual(0, by_version[-1]["containers"][0]["exitCode"])

    def test_tell_of_a_deployment_and_of_the_steady_state(self):
        service = self.create_service("web", self.register("web"))
        events = [
            event
            for event in self.until(lambda event: event["detail"].get("eventName") == "SERVICE_STEADY_STATE")
            if event["detail-type"] != "ECS Task State Change"
        ]
        names = [(event["detail-type"], event["detail"]["eventName"]) for event in events]
        self.assertCountEqual(
            [
                ("ECS Deployment State Change", "SERVICE_DEPLOYMENT_IN_PROGRESS"),
                ("ECS Deployment State Change", "SERVICE_DEPLOYMENT_COMPLETED"),
                ("ECS Service Action", "SERVICE_STEADY_STATE"),
            ],
            names,
        )
        for event in events:
            self.assertEqual([service["serviceArn"]], event["resources"])
            self.assertEqual("INFO", event["detail"]["eventType"])
            self.assertNotIn("version", event["detail"])
            if event["detail-type"] == "ECS Deployment State Change":
                self.assertEqual(service["deployments"][0]["id"], event["detail"]["deploymentId"])

    def until(self, accept):
        """The events up to the first that is accepted, in order of arrival."""
        eventually(self.receive, lambda events: any(accept(event) for event in events))
        return self.seen

    def receive(self):
        messages = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
        ).get("Messages", [])
        if messages:
            deleted = self.sqs.delete_message_batch(
                QueueUrl=self.queue,
                Entries=[
                    {"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]} for message in messages
                ],
            )
            self.assertEqual(len(messages), len(deleted["Successful"]))
        self.seen += [json.loads(message["Body"]) for message in messages]
        return self.seen
