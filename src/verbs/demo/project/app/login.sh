#!/bin/sh
# login.sh USER PASSWORD: succeeds where the password is theirs.
user=$1
password=$2
: "${STATE:=state}"
mkdir -p "$STATE"

check_password() {
    grep -qx "$1:$2" app/accounts.txt
}

check_password "$user" "$password"
