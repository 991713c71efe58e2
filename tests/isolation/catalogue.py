"""What PostgreSQL itself says about its tables."""

from __future__ import annotations

from typing import Any

from django.db import connection

OWN = """(organisation_id = ( SELECT (NULLIF(current_setting('casework.organisation'::text, true), ''::text))::uuid AS "nullif"))"""


def tables() -> set[str]:
    """Ordinary and partitioned tables, partitions too."""
    return {
        row["relname"]
        for row in rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        )
    }


def isolated_tables() -> set[str]:
    """Enabled and forced: the owner too sees only what a policy shows."""
    return {
        row["relname"]
        for row in rows(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND relnamespace = 'public'::regnamespace"
        )
    }


def tables_with_organisation() -> set[str]:
    return {
        row["table_name"]
        for row in rows(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'organisation_id'"
        )
    }


def foreign_keys() -> list[dict[str, Any]]:
    """name, source, target (tables), columns, target_columns (in order), deferrable, valid."""
    return rows(
        """
        SELECT c.conname AS name, s.relname AS source, t.relname AS target,
               c.condeferrable AS deferrable,
               -- "enforced" came with PostgreSQL 18
               c.convalidated AND coalesce(to_jsonb(c) ->> 'conenforced', 'true')::boolean AS valid,
               ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
                     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY i) AS columns,
               ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
                     JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY i)
                     AS target_columns
        FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
        WHERE c.contype = 'f' AND s.relnamespace = 'public'::regnamespace
        ORDER BY 1
        """
    )


def unique_indexes() -> list[dict[str, Any]]:
    """name, table, first column ("" for an expression), primary. Unique constraints have one each."""
    return rows(
        """
        SELECT i.relname AS name, t.relname AS table, x.indisprimary AS primary,
               coalesce((SELECT a.attname::text FROM pg_attribute a
                         WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]), '') AS first_column
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        WHERE (x.indisunique OR x.indisexclusion) AND t.relnamespace = 'public'::regnamespace
        ORDER BY 1
        """
    )


def policies() -> dict[str, set[tuple[str, str | None, str | None]]]:
    """Table to its policies (command, USING, WITH CHECK); only permissive ones for everybody count."""
    found: dict[str, set[tuple[str, str | None, str | None]]] = {}
    for row in rows("SELECT * FROM pg_policies WHERE schemaname = 'public'"):
        assert (row["permissive"], row["roles"]) == ("PERMISSIVE", ["public"]), row
        found.setdefault(row["tablename"], set()).add((row["cmd"], row["qual"], row["with_check"]))
    return found


def rows(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
