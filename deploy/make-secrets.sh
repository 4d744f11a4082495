#!/bin/sh
# Makes the secrets of docker-compose.yml in the folder secrets beside it, or in the folder that is named; what is there stays.
set -eu

folder=${1:-secrets}
# Nobody walks into the folder. A file in it can be read by whoever is handed it: its container, whose user is not ours.
mkdir -p -m 0700 "$folder"
umask 022

keep() {
  [ -s "$folder/$1" ] && return
  file=$1
  shift
  "$@" >"$folder/$file.new"
  mv "$folder/$file.new" "$folder/$file"
}

for name in postgres-password gate-secret \
  database-owner database-temporal database-api database-worker database-gate database-executor database-sealer database-intake; do
  keep "$name" openssl rand -hex 32
done
# Signs the log. Keep a copy elsewhere: auditors know the log by its public half.
keep log-key.pem openssl genpkey -algorithm ed25519
