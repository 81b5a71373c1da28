variable "name" {
  description = "The name of the role, and the start of the names of its policies."
  type        = string
  default     = "ecs-operator"
}

variable "owner_id" {
  description = "The operator's owner id: ECS_OPERATOR_OWNER_ID, or the uid of the namespace kube-system."
  type        = string
}

variable "features" {
  description = "Which policies the role has: names of files in ../policies."
  type        = set(string)
  default = [
    "capacity-providers",
    "clusters",
    "observe",
    "pass-task-roles",
    "service-linked-role",
    "services",
    "task-definitions",
    "tasks",
  ]
}

variable "task_role_arns" {
  description = "The task and execution roles that task definitions may name. Each one is listed: a wildcard lets users of the cluster become any role that it matches."
  type        = list(string)
  default     = []
}

variable "infrastructure_role_arns" {
  description = "The roles that services and capacity providers give to ECS itself, for load balancers, volumes and instances."
  type        = list(string)
  default     = []
}

variable "former_owner_id" {
  description = "For the feature take-over: the owner id of the installation whose resources this one takes over."
  type        = string
  default     = ""
}

variable "namespace" {
  description = "The namespace of the operator's ServiceAccount."
  type        = string
  default     = "ecs-operator-system"
}

variable "service_account" {
  description = "The name of the operator's ServiceAccount."
  type        = string
  default     = "ecs-operator"
}

variable "oidc_provider" {
  description = "For IRSA: the EKS cluster's OIDC provider, without https://."
  type        = string
  default     = ""
}

variable "eks_cluster" {
  description = "For EKS Pod Identity: the name of the EKS cluster."
  type        = string
  default     = ""
}
