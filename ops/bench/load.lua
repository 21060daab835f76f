-- What wrk sends and how it judges the answers; `ops/bench/wrk.py` starts it and reads what `done` prints.
--
-- From the environment: LOAD_TOKEN, a bearer token; LOAD_ITEMS, a file with one response per line, without its opening
-- brace and its id; LOAD_BATCH, how many go into one request, 0 for one that is sent alone; LOAD_SEED. Without
-- LOAD_ITEMS the URL is read instead. Every response gets a random id, as phones make them.

local token = os.getenv("LOAD_TOKEN")
local batch = tonumber(os.getenv("LOAD_BATCH") or "0")
local items = {}
local next_item = 0

-- Globals, because wrk lets `done` see nothing else of a thread.
good, others, first_other = 0, 0, ""

if token then wrk.headers["Authorization"] = "Bearer " .. token end

if os.getenv("LOAD_ITEMS") then
  for line in io.lines(os.getenv("LOAD_ITEMS")) do items[#items + 1] = line end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"

  local random = math.random
  local function item()
    next_item = next_item % #items + 1
    return string.format(
      '{"id":"%08x-%04x-4%03x-%04x-%06x%06x",', random(0, 0xffffffff), random(0, 0xffff), random(0, 0xfff),
      0x8000 + random(0, 0x3fff), random(0, 0xffffff), random(0, 0xffffff)
    ) .. items[next_item]
  end

  function init() math.randomseed(tonumber(os.getenv("LOAD_SEED"))) end

  function request()
    if batch == 0 then return wrk.format(nil, nil, nil, item()) end
    local several = {}
    for place = 1, batch do several[place] = item() end
    return wrk.format(nil, nil, nil, '{"items":[' .. table.concat(several, ",") .. "]}")
  end
end

local function created(body)
  local _, count = string.gsub(body, '"status":"created"', "")
  return count
end

-- Good is what was asked for and nothing else: 201 for a response, `created` for each of a batch, 200 for reading.
function response(status, headers, body)
  local wanted, found = 1, 0
  if batch > 0 then
    wanted = batch
    if status == 200 then found = created(body) end
  elseif status == (#items > 0 and 201 or 200) then
    found = 1
  end
  good = good + found
  if found < wanted then
    others = others + wanted - found
    if first_other == "" then first_other = status .. " " .. string.gsub(string.sub(body, 1, 400), "%s+", " ") end
  end
end

local threads = {}

function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency, requests)
  local sums = {good = 0, others = 0}
  local other = ""
  for _, thread in ipairs(threads) do
    sums.good = sums.good + thread:get("good")
    sums.others = sums.others + thread:get("others")
    if other == "" then other = thread:get("first_other") end
  end
  local errors = summary.errors
  print("load requests " .. summary.requests)
  print("load good " .. sums.good)
  print("load others " .. sums.others)
  print("load microseconds " .. summary.duration)
  print("load p50 " .. latency:percentile(50))
  print("load p99 " .. latency:percentile(99))
  print("load longest " .. latency.max)
  print("load broken " .. errors.connect + errors.read + errors.write)
  print("load late " .. errors.timeout)
  print("load first_other " .. other)
end
