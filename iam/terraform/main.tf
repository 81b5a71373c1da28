# The role of the operator, with the policies of ../policies.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  files = merge(
    { for feature in var.features : feature => "${path.module}/../policies/${feature}.json" },
    { trust = "${path.module}/../trust/${var.oidc_provider == "" ? "pod-identity" : "irsa"}.json" },
  )

  # As templates of Terraform: ${OWNER_ID} in place of OWNER_ID.
  templates = {
    for name, path in local.files : name => replace(
      file(path),
      "/(ACCOUNT_ID|EKS_CLUSTER|FORMER_OWNER_ID|INFRASTRUCTURE_ROLE_ARN|NAMESPACE|OIDC_PROVIDER|OWNER_ID|PARTITION|REGION|SERVICE_ACCOUNT|TASK_ROLE_ARN)/",
      "$${$1}",
    )
  }

  documents = {
    for name, template in local.templates : name => templatestring(template, {
      ACCOUNT_ID              = data.aws_caller_identity.current.account_id
      EKS_CLUSTER             = var.eks_cluster
      FORMER_OWNER_ID         = var.former_owner_id
      INFRASTRUCTURE_ROLE_ARN = join("\", \"", var.infrastructure_role_arns)
      NAMESPACE               = var.namespace
      OIDC_PROVIDER           = var.oidc_provider
      OWNER_ID                = var.owner_id
      PARTITION               = data.aws_partition.current.partition
      REGION                  = data.aws_region.current.name
      SERVICE_ACCOUNT         = var.service_account
      TASK_ROLE_ARN           = join("\", \"", var.task_role_arns)
    })
  }
}

resource "aws_iam_role" "operator" {
  name               = var.name
  assume_role_policy = local.documents.trust

  lifecycle {
    precondition {
      condition     = !contains(var.features, "pass-task-roles") || length(var.task_role_arns) > 0
      error_message = "The feature pass-task-roles needs task_role_arns."
    }
    precondition {
      condition     = !contains(var.features, "pass-infrastructure-roles") || length(var.infrastructure_role_arns) > 0
      error_message = "The feature pass-infrastructure-roles needs infrastructure_role_arns."
    }
    precondition {
      condition     = (var.oidc_provider == "") != (var.eks_cluster == "")
      error_message = "Set oidc_provider for IRSA, or eks_cluster for EKS Pod Identity."
    }
  }
}

# Inline: a role takes ten managed policies by default, and there are more features.
resource "aws_iam_role_policy" "operator" {
  for_each = var.features

  name   = each.key
  role   = aws_iam_role.operator.id
  policy = local.documents[each.key]
}

resource "aws_eks_pod_identity_association" "operator" {
  count = var.eks_cluster == "" ? 0 : 1

  cluster_name    = var.eks_cluster
  namespace       = var.namespace
  service_account = var.service_account
  role_arn        = aws_iam_role.operator.arn
}
