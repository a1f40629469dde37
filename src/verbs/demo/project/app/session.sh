#!/bin/sh
# session.sh ID: prints the session of that id.
: "${STATE:=state}"
mkdir -p "$STATE/sessions"
if [ -z "$1" ]; then
    echo "which session?"
    exit 2
fi
cat "$STATE/sessions/$1" # TODO: an id may climb out of the folder
