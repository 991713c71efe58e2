"""The one list of tables outside row-level security, each with its reason.

A table is either isolated or here. Whoever adds a line answers for it in review.
"""

from __future__ import annotations

OUTSIDE = {
    # read before it is known for whom the request acts
    "accounts_organisation": "read to know whose row a row is; holds no person's data",
    "accounts_user": "read at sign-in, before the organisation is known",
    "accounts_user_groups": "Django's sign-in; roles decide instead, no rows",
    "accounts_user_user_permissions": "Django's sign-in; roles decide instead, no rows",
    "accounts_client": "read when a partner app asks for a token",
    "auth_group": "Django's sign-in; roles decide instead, no rows",
    "auth_group_permissions": "Django's sign-in; roles decide instead, no rows",
    "auth_permission": "names of models, the same for everybody",
    "axes_accessattempt": "failed sign-ins, counted before anybody is known",
    "axes_accessattemptexpiration": "failed sign-ins, counted before anybody is known",
    "axes_accessfailurelog": "failed sign-ins; switched off, no rows",
    "axes_accesslog": "sign-ins; switched off, no rows",
    "django_session": "read to find the user; holds a user id, no person's data",
    "oauth2_provider_accesstoken": "read to find the client; holds a digest of the token",
    "oauth2_provider_devicegrant": "not offered; no rows",
    "oauth2_provider_grant": "not offered; no rows",
    "oauth2_provider_idtoken": "not offered; no rows",
    "oauth2_provider_refreshtoken": "not offered; no rows",
    # of nobody
    "audit_epoch": "one number for the whole database",
    "django_admin_log": "never written: its text would be a name; the trail is shown instead",
    "django_content_type": "names of models, the same for everybody",
    "django_migrations": "which migrations ran",
    "reminders_figures": "how each ledger fares, in figures, for a health check that asks for everybody",
    "reminders_instance": "one row for the whole database: which instance sends from it",
    "stays_deadlinetype": "the law is public and the same for everybody",
    "stays_lawchange": "the law is public, and so is what changes it",
    "stays_slice": "how far a replay has come, in figures; holds no person's data",
    "stays_stayrule": "the law is public and the same for everybody",
    "work_workrule": "the law is public and the same for everybody",
}

LOOSE = {
    ("accounts_client", "user_id"): "the OAuth library's column; partner apps have no user, it stays empty",
}
