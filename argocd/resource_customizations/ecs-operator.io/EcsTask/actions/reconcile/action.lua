-- Writes only an annotation, which manifests in Git do not have: a sync keeps it.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
-- The value only has to be new: the version of the object is.
obj.metadata.annotations["ecs-operator.io/reconcile-requested-at"] = "argocd-" .. (obj.metadata.resourceVersion or "")

return obj
