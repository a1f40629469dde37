#!/bin/sh
# Runs every check; fails where one fails.
failed=0
for check in checks/login.sh checks/session.sh; do
    sh "$check" || failed=1
done
exit "$failed"
