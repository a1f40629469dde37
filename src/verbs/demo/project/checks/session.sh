#!/bin/sh
STATE=$(mktemp -d)
export STATE
trap 'rm -rf "$STATE"' EXIT
mkdir -p "$STATE/sessions"
echo "user=ann" >"$STATE/sessions/7"
[ "$(sh app/session.sh 7)" = "user=ann" ] || { echo "session: not found"; exit 1; }
echo "session: ok"
