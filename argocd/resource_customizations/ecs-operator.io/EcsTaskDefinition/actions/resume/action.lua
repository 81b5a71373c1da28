-- Writes only an annotation, which manifests in Git do not have: a sync keeps it.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["ecs-operator.io/paused"] = nil

return obj
