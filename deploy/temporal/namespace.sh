#!/bin/sh
# Makes the namespace TEMPORAL_NAMESPACE, or lets the one that is there keep histories for RETENTION.
set -eu

patience=60
until temporal operator cluster health >/dev/null 2>&1; do
  patience=$((patience - 1))
  if [ "$patience" -eq 0 ]; then
    echo "The Temporal server at $TEMPORAL_ADDRESS is not healthy" >&2
    exit 1
  fi
  sleep 1
done

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
