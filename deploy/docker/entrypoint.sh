#!/usr/bin/env bash
# jobmanager or taskmanager: Flink on the mounted configuration. Anything else is a command of sapflow.
set -euo pipefail

case "${1:-}" in
  jobmanager | taskmanager)
    # Flink's entrypoint adds to the file, so it gets a copy.
    cp /opt/sapflow/config.yaml /opt/flink/conf/config.yaml
    exec /docker-entrypoint.sh "$@"
    ;;
  *)
    exec java -Dsapflow.home=/opt/sapflow -cp '/opt/sapflow/cli/*:/opt/flink/lib/*' \
      io.sapflow.cli.SapflowCommand "$@"
    ;;
esac
