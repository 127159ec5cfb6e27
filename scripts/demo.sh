#!/usr/bin/env bash
# The main job from nothing: simulate a call centre, load, transcribe, build, check, publish, print the headline KPIs.
# A second call does nothing twice: the simulation is kept, loads and transcripts are known by content.
set -euo pipefail
start=$1 days=$2 calls=$3 seed=$4
lingting=.venv/bin/lingting
wanted="$start $days $calls $seed"
mark="$LINGTING_HOME/landing/simulator/.demo"
if [ "$(cat "$mark" 2>/dev/null || true)" != "$wanted" ]; then
  "$lingting" simulate --start "$start" --days "$days" --calls-per-day "$calls" --seed "$seed"
  echo "$wanted" > "$mark"
fi
"$lingting" run
"$lingting" kpi
cat <<'TEXT'

The cockpit: .venv/bin/lingting user add YOUR-NAME --role management   (asks for a password)
             make cockpit                                              (then open http://localhost:8501)
TEXT
