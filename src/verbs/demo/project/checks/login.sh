#!/bin/sh
STATE=$(mktemp -d)
export STATE
trap 'rm -rf "$STATE"' EXIT
sh app/login.sh ann secret || { echo "login: ann cannot log in"; exit 1; }
for _ in 1 2 3 4 5; do sh app/login.sh ann wrong >/dev/null; done
if sh app/login.sh ann secret >/dev/null; then
    echo "login: the sixth attempt within a minute is let in"
    exit 1
fi
echo "login: ok"
