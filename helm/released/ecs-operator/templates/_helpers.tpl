{{- define "ecs-operator.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains "ecs-operator" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-ecs-operator" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ecs-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ecs-operator.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: name the service account to use, or set serviceAccount.create: true" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "ecs-operator.demoName" -}}
{{- printf "%s-local-ecs" (include "ecs-operator.name" .) -}}
{{- end -}}

{{- /* What selects the pods of a component: "operator" or "local-ecs". */ -}}
{{- define "ecs-operator.selector" -}}
app.kubernetes.io/name: ecs-operator
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "ecs-operator.labels" -}}
{{ include "ecs-operator.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ecs-operator.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (default .root.Chart.AppVersion .image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* The restricted profile, which the Pod Security Standards define. */ -}}
{{- define "ecs-operator.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "ecs-operator.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* What the operator calls for its objects; in a ClusterRole, or in a Role of each watched namespace. */ -}}
{{- define "ecs-operator.rules" -}}
- apiGroups: [ecs-operator.io]
  resources: [ecscapacityproviders, ecsclusters, ecsservices, ecstaskdefinitions, ecstasks]
  # Finalizers, the record of runs, and the count that a service leaves to Kubernetes are patched.
  verbs: [get, list, watch, patch]
- apiGroups: [ecs-operator.io]
  resources:
    - ecscapacityproviders/status
    - ecsclusters/status
    - ecsservices/status
    - ecstaskdefinitions/status
    - ecstasks/status
  verbs: [patch]
# The objects of templates.
- apiGroups: [ecs-operator.io]
  resources: [ecstaskdefinitions]
  verbs: [create, update, delete]
# The owners of these objects, for clusters that check who may block the deletion of an owner.
- apiGroups: [ecs-operator.io]
  resources: [ecsservices/finalizers, ecstasks/finalizers]
  verbs: [update]
# Finished tasks, after ttlSecondsAfterFinished.
- apiGroups: [ecs-operator.io]
  resources: [ecstasks]
  verbs: [delete]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end -}}
