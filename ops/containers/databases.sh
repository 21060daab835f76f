#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: a role and a database for each service. No role may connect to
# another service's database. Passwords come from the secrets that the container was given.
set -eu

for service in programs surveys reports; do
  psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v role="tinjau_$service" <<SQL
\set password \`cat /run/secrets/$service.password\`
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
done
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -c 'REVOKE ALL ON DATABASE postgres FROM PUBLIC'
