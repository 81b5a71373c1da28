output "role_arn" {
  description = "For IRSA, the value of the annotation eks.amazonaws.com/role-arn of the ServiceAccount."
  value       = aws_iam_role.operator.arn
}

output "documents" {
  description = "The policies as attached, and the trust policy."
  value       = local.documents
}
