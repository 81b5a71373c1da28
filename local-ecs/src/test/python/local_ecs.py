"""What the tests share: boto3 clients of local-ecs, and a world of its own for each test."""

import json
import os
import time
import unittest
import urllib.request

import boto3
from botocore.config import Config

URL = os.environ["LOCAL_ECS_URL"]

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"]}}

# The world is many times as fast as the wall clock, so waiters need not be patient.
POLL_SECONDS = 0.1
MAX_POLLS = 600


def client(service):
    """A client that shows every error at once: boto3's own retries would hide them."""
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )


def switch(path, **body):
    """Sets one of local-ecs's own switches, POST /_local/<path>."""
    request = urllib.request.Request(
        f"{URL}/_local/{path}",
        data=json.dumps(body).encode(),
        headers={"X-Local-Ecs": "true"},
        method="POST",
    )
    with urllib.request.urlopen(request):
        pass


def eventually(read, accept):
    """Reads until the value is accepted, and returns it."""
    for _ in range(MAX_POLLS):
        value = read()
        if accept(value):
            return value
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"still {value!r}")


class EcsTest(unittest.TestCase):
    """A test with an ECS client and a cluster, in a world where nothing else is."""

    cluster = "shop"

    def setUp(self):
        switch("reset")
        self.ecs = client("ecs")
        self.ecs.create_cluster(clusterName=self.cluster)

    def register(self, family, environment=None, **container):
        """Registers a revision of one container that fits Fargate; answers its ARN."""
        definition = self.ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[
                {
                    "name": "app",
                    "image": "shop/app:1",
                    "environment": [
                        {"name": name, "value": value} for name, value in (environment or {}).items()
                    ],
                    **container,
                }
            ],
        )
        return definition["taskDefinition"]["taskDefinitionArn"]

    def create_service(self, name, task_definition, desired=1, **more):
        return self.ecs.create_service(
            cluster=self.cluster,
            serviceName=name,
            taskDefinition=task_definition,
            desiredCount=desired,
            launchType="FARGATE",
            networkConfiguration=NETWORK,
            **more,
        )["service"]

    def run_task(self, task_definition, **more):
        return self.ecs.run_task(
            cluster=self.cluster,
            taskDefinition=task_definition,
            launchType="FARGATE",
            networkConfiguration=NETWORK,
            **more,
        )

    def service(self, name):
        return self.ecs.describe_services(cluster=self.cluster, services=[name])["services"][0]

    def complete(self, name):
        """Waits until the service's only deployment is completed: services_stable ends earlier."""
        self.wait("services_stable", services=[name])
        return eventually(
            lambda: self.service(name),
            lambda service: [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"],
        )

    def wait(self, waiter, **what):
        self.ecs.get_waiter(waiter).wait(
            cluster=self.cluster, WaiterConfig={"Delay": POLL_SECONDS, "MaxAttempts": MAX_POLLS}, **what
        )
