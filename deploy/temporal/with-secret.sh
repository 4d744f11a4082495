#!/bin/sh
# Runs a program that reads a secret from its environment only: with-secret.sh NAME PROGRAM …, where NAME_FILE says which file holds it.
set -eu
name=$1
shift
eval "file=\$${name}_FILE"
secret=$(cat "$file")
export "$name=$secret"
exec "$@"
