#!/usr/bin/env bash
# jobmanager or taskmanager: Flink on the mounted configuration. Anything else is a command of sapflow.
set -euo pipefail

secret=/run/sapflow/submit-secret

case "${1:-}" in
  jobmanager)
    # Drawn anew at each start. Who may read it may submit; the guard in lib/ asks for it.
    (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$secret.new" && mv "$secret.new" "$secret")
    port=${SAPFLOW_FLINK_PORT:-8081}
    FLINK_PROPERTIES="${FLINK_PROPERTIES:-}
sapflow.rest.hosts: [jobmanager:8081,127.0.0.1:$port,localhost:$port]
sapflow.rest.secret-file: $secret"
    export FLINK_PROPERTIES
    ;;
esac

case "${1:-}" in
  jobmanager | taskmanager)
    # Flink's entrypoint adds to the file, so it gets a copy.
    cp /opt/sapflow/config.yaml /opt/flink/conf/config.yaml
    exec /docker-entrypoint.sh "$@"
    ;;
  *)
    if [ -r "$secret" ]; then
      # Flink's client sends it with each request.
      FLINK_REST_CLIENT_HEADERS="X-Sapflow-Submit-Secret:$(cat "$secret")"
      export FLINK_REST_CLIENT_HEADERS
    fi
    exec java -Dsapflow.home=/opt/sapflow -cp '/opt/sapflow/cli/*:/opt/flink/lib/*' \
      io.sapflow.cli.SapflowCommand "$@"
    ;;
esac
