-- Health of the kinds of ecs-operator.io. Only what belongs to this generation counts: until the operator has observed
-- it, the object is Progressing, whatever the conditions of an earlier generation say.

local group = "ecs-operator.io/"

local function health(status, message)
  return { status = status, message = message }
end

local annotations = obj.metadata.annotations or {}
local spec = obj.spec or {}
local status = obj.status or {}

if annotations[group .. "paused"] == "true" then
  return health("Suspended", "Reconciliation is paused")
end

if status.conditions == nil or #status.conditions == 0 then
  return health("Progressing", "Waiting for the operator to observe this resource")
end

local generation = obj.metadata.generation
if generation ~= nil and status.observedGeneration ~= generation then
  return health("Progressing", "Waiting for generation " .. generation .. " to be observed")
end

local conditions = {}
for _, condition in ipairs(status.conditions) do
  if generation == nil or condition.observedGeneration == nil or condition.observedGeneration == generation then
    conditions[condition.type] = condition
  end
end

local function isTrue(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

local function message(type)
  return conditions[type].message or conditions[type].reason or type
end

if isTrue("Stalled") then
  return health("Degraded", message("Stalled"))
end

-- Nothing in ECS is changed under these policies, so the resource cannot become healthy by waiting.
for policy, type in pairs({ Plan = "Planned", Observe = "Observed" }) do
  if spec.managementPolicy == policy then
    if conditions[type] ~= nil then
      return health("Suspended", message(type))
    end
    return health("Progressing", "Waiting for the operator to observe this resource")
  end
end

if isTrue("Reconciling") then
  -- A deployment that waits at a PAUSE hook goes on only when a person or a tool continues it.
  if conditions["Reconciling"].reason == "WaitingForAction" then
    return health("Suspended", message("Reconciling"))
  end
  return health("Progressing", message("Reconciling"))
end

if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", "Waiting for the deletion")
end

-- What a user has requested by annotation is pending, even if the last state was Ready.
local function isPending(request, handled)
  local wanted = annotations[group .. request]
  return wanted ~= nil and wanted ~= handled
end

if obj.kind == "EcsService" and isPending("redeploy-requested-at", status.lastHandledRedeployAt) then
  return health("Progressing", "Waiting for the requested redeployment")
end

if isPending("reconcile-requested-at", status.lastHandledReconcileAt) then
  return health("Progressing", "Waiting for the requested reconciliation")
end

if isTrue("Ready") then
  return health("Healthy", message("Ready"))
end

if conditions["Ready"] ~= nil then
  return health("Progressing", message("Ready"))
end

return health("Progressing", "Waiting for the operator to observe this resource")
