-- The actions that the operator has annotations for.
local annotations = obj.metadata.annotations or {}
local paused = annotations["ecs-operator.io/paused"] == "true"

local actions = {}
actions["pause"] = { ["disabled"] = paused }
actions["resume"] = { ["disabled"] = not paused }
actions["reconcile"] = { ["disabled"] = false }

-- A new deployment of the same spec; nothing is deployed during a pause, and under the policies Plan and Observe.
if obj.kind == "EcsService" then
  local policy = (obj.spec or {}).managementPolicy
  actions["redeploy"] = { ["disabled"] = paused or policy == "Plan" or policy == "Observe" }
end

return actions
