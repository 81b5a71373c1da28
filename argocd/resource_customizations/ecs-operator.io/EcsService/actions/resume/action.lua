-- Removes only an annotation, which manifests in Git do not have: a sync keeps the removal.
local annotations = obj.metadata.annotations or {}
annotations["ecs-operator.io/paused"] = nil

-- Argo CD takes an empty table for an empty list, and puts the old annotations in its place.
if next(annotations) == nil then
  obj.metadata.annotations = nil
end

return obj
