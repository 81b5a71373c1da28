# ECS's events of one region in a queue for ecs-operator; the same as cloudformation.yaml.

variable "role_name" {
  description = "Name of the operator's role, which may then read the queue."
  type        = string
}

variable "queue_name" {
  type    = string
  default = "ecs-events"
}

# What cannot be read stays for fourteen days.
resource "aws_sqs_queue" "unreadable" {
  name                      = "${var.queue_name}-unreadable"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

# Events that wait longer than an hour say nothing that the operator has not read by itself.
resource "aws_sqs_queue" "events" {
  name                       = var.queue_name
  message_retention_seconds  = 3600
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = 60
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.unreadable.arn
    maxReceiveCount     = 5
  })
}

locals {
  patterns = {
    states = {
      source = ["aws.ecs"]
      "detail-type" = [
        "ECS Task State Change",
        "ECS Container Instance State Change",
        "ECS Service Action",
        "ECS Deployment State Change",
      ]
    }
    # Needs a trail of CloudTrail that logs management events of writes.
    calls = {
      source        = ["aws.ecs"]
      "detail-type" = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["ecs.amazonaws.com"]
        userAgent   = [{ "anything-but" = { wildcard = "*ecs-operator/*" } }]
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "events" {
  for_each      = local.patterns
  name          = "${var.queue_name}-${each.key}"
  event_pattern = jsonencode(each.value)
}

resource "aws_cloudwatch_event_target" "events" {
  for_each = local.patterns
  rule     = aws_cloudwatch_event_rule.events[each.key].name
  arn      = aws_sqs_queue.events.arn
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EventBridge"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.events.arn
      Condition = { ArnEquals = { "aws:SourceArn" = [for rule in aws_cloudwatch_event_rule.events : rule.arn] } }
    }]
  })
}

resource "aws_iam_role_policy" "read" {
  name = "read-ecs-events"
  role = var.role_name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
      Resource = aws_sqs_queue.events.arn
    }]
  })
}

output "queue_url" {
  description = "The value of --events-queue."
  value       = aws_sqs_queue.events.url
}
