"""What the organisation agreed on for a deadline's kind, as SQL: its policy of the kind, its policy of every
other kind, or the defaults. With the parameters of `wanted.parameters()`.
"""

_CHOICE = """
    SELECT offsets, after, tells_person, tells_caseworker, tells_supervisor, hour, quiet_days FROM (
        SELECT p.kind, p.offsets, p.after, p.tells_person, p.tells_caseworker, p.tells_supervisor, p.hour,
               p.quiet_days
        FROM reminders_policy p
        WHERE p.organisation_id = %(organisation)s AND p.stands AND p.kind IN ({kind}, '')
        UNION ALL
        SELECT NULL, %(offsets)s::smallint[], true, %(tells_person)s, %(tells_caseworker)s,
               %(tells_supervisor)s, %(hour)s::time, ARRAY[]::smallint[]
    ) choice
    ORDER BY kind DESC NULLS LAST LIMIT 1
"""

# One row for each kind that is known, and one for all that are not.
POLICY = f"""
    policy AS MATERIALIZED (
        SELECT known.kind AS of_kind, chosen.*
        FROM unnest(%(kinds)s::text[]) AS known (kind)
        CROSS JOIN LATERAL ({_CHOICE.format(kind="known.kind")}) chosen
    )
"""  # noqa: S608 (our own fragments)
POLICY_OF_DEADLINE = "policy.of_kind = CASE WHEN d.kind = ANY(%(kinds)s::text[]) THEN d.kind ELSE '' END"

# A row written before a policy changed, which nobody would write any more. `r` is the reminder, `d` its
# deadline. Without policies it costs one look at an empty table for a whole statement.
NO_LONGER_AGREED = f"""
    r.created_at < (SELECT max(p.updated_at) FROM reminders_policy p
                    WHERE p.organisation_id = %(organisation)s)
    AND NOT (
        SELECT CASE r.occasion WHEN 'offset' THEN r.offset_days = ANY(offsets)
                               WHEN 'passed' THEN after ELSE true END
           AND CASE r.recipient_kind WHEN 'person' THEN tells_person WHEN 'caseworker' THEN tells_caseworker
                                     WHEN 'supervisor' THEN tells_supervisor ELSE true END
        FROM ({_CHOICE.format(kind="d.kind")}) chosen
    )
"""  # noqa: S608 (our own fragments)

_LOCAL_DAY = "({moment} AT TIME ZONE zone)::date"
_QUIET = "extract(isodow FROM {day})::smallint = ANY(quiet_days)"
_ASIDE = """
    CASE WHEN quiet_days = '{{}}' THEN {moment} WHEN {quiet} THEN
        ({day} {sign} (SELECT min(n) FROM generate_series(1, 6) AS n
                       WHERE NOT {quiet_then}) + hour) AT TIME ZONE zone
    ELSE {moment} END
"""


def _aside(moment: str, sign: str) -> str:
    day = _LOCAL_DAY.format(moment=moment)
    return _ASIDE.format(
        moment=moment,
        day=day,
        sign=sign,
        quiet=_QUIET.format(day=day),
        quiet_then=_QUIET.format(day=f"({day} {sign} n)"),
    )


def not_on_a_quiet_day_but_before(moment: str) -> str:
    """The same hour on the last day before that is not quiet. Reads `zone`, `hour` and `quiet_days`."""
    return _aside(moment, "-")


def not_on_a_quiet_day_but_after(moment: str) -> str:
    return _aside(moment, "+")
