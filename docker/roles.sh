#!/bin/sh
# Runs once, when PostgreSQL makes its data: two roles, one database, its extensions.
set -eu

# The names and passwords are psql variables: psql quotes them, whatever is in them.
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$CASEWORK_OWNER_PASSWORD" --set app_password="$CASEWORK_APP_PASSWORD" <<'SQL'
CREATE ROLE casework_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE casework_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE casework OWNER casework_owner;
REVOKE ALL ON DATABASE casework FROM PUBLIC;
GRANT CONNECT ON DATABASE casework TO casework_app;
\connect casework
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;
SQL
