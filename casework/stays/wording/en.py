"""English."""

from .language import Language

SENTENCES = {
    "registration_due": "After the entry on {entered_on}, registration is due by {due_on}.",
    "legal_period": "This legal period applies: {title}.",
    "period_from_the_decision": "The decision itself says how long there is to appeal.",
    "period_calendar_days": "It lasts {days:day|days}, counted from the day after {event_on}.",
    "period_working_days": (
        "It lasts {days:working day|working days} of that country, counted from the day after {event_on}."
    ),
    "period_weeks": "It lasts {weeks:week|weeks} and ends on the same weekday as {event_on}.",
    "period_months": (
        "It lasts {months:month|months} from {event_on} and ends on the same number of the last month, "
        "or at the end of that month if it is shorter."
    ),
    "rolled_over": (
        "As it would end too early or on a day off, {unmoved_on}, it goes on to the next working day."
    ),
    "certificate_ends_first": "The certificate itself ends on {ends_on}, and that is earlier.",
    "several_periods": (
        "Which procedure it was is not recorded, so the shortest period counts here; the longest would "
        "end on {longest_on}."
    ),
    "legal_due": "The last day is {due_on}.",
    "appeal_suspends": "An appeal in time lets the person stay until it is decided.",
    "appeal_does_not_suspend": "The appeal alone does not stop a removal: ask a lawyer at once.",
    "appeal_effect_not_known": "Whether the appeal stops a removal is not known here: ask a lawyer at once.",
    "authority_acts": "It is the authority that must act by that day.",
    "document_expires": "A recorded document expires on {due_on}: {document}. Ask in good time for a new one.",
    "rule": "For an entry on {entered_on} this rule applies: {title}.",
    "limits_given": "The limits given in the question are counted for the entry on {entered_on}.",
    "older_rule_kept": (
        "The law changed on {changed_on}, but a stay that began on {entered_on} keeps the rule of its "
        "entry day."
    ),
    "per_entry_days": "It allows {days:day|days} for each entry, and the day of entry is the first of them.",
    "per_entry_days_after": "It allows {days:day|days} for each entry, counted from the day after the entry.",
    "months_same_date": (
        "It allows {months:month|months} for each entry, up to the same number in the last month, "
        "or to the end of that month if it is shorter."
    ),
    "months_day_before": (
        "It allows {months:month|months} for each entry, and the last day is the one before that date "
        "comes round."
    ),
    "rolling_window": (
        "In any {window_days:day|days} in a row, {days:day|days} are allowed; "
        "up to and including {on}, {used:day is|days are} used."
    ),
    "anchored_window": (
        "From {starts_on} to {ends_on}, the period that an entry opened, {days:day|days} are allowed; "
        "up to and including {on}, {used:day is|days are} used."
    ),
    "calendar_year": (
        "In each calendar year {days:day|days} are allowed; up to and including {on}, {used:day is|days "
        "are} used."
    ),
    "per_stay_days": (
        "No single stay may last longer than {days:day|days}, and this one began on {entered_on}."
    ),
    "until": "The rule itself allows no day after {until_on}.",
    "visa_validity": "The visa ends on {ends_on}, and that is earlier than what the country would allow.",
    "visa_days": "The visa allows {days:day|days} of stay within its dates, and they run out first.",
    "visa_entries": "The visa allows {entries:entry|entries}, and all are used.",
    "permit": "The basis of the stay is {permit}, valid up to and including {ends_on}.",
    "permit_without_end": "The basis of the stay is {permit}, for which no last day is recorded.",
    "booked_stay": "A stay is already booked from {booked_on}, and it must remain lawful too.",
    "lawful_until": (
        "The last lawful day is {last_lawful_day}; from {first_unlawful_day} on the stay is unlawful."
    ),
    "plan_lawful_until": (
        "Whoever enters on {entered_on} may stay up to and including {last_lawful_day}; "
        "from {first_unlawful_day} on the stay is unlawful."
    ),
    "lawful_without_end": "The stay that began on {entered_on} is lawful as long as this basis lasts.",
    "lawful_to_the_last_day": "The stay is lawful up to {last_lawful_day}, as far as a calendar goes.",
    "overstayed_since": (
        "The last lawful day was {last_lawful_day}; since {first_unlawful_day} the stay has been unlawful."
    ),
    "unlawful_from_entry": (
        "On the day of entry, {entered_on}, no day was left: the stay was unlawful from the start."
    ),
    "plan_refused": "An entry on {entered_on} is not possible.",
    "not_admitted": "By what is recorded, the entry on {entered_on} was not allowed.",
    "overstays": "Up to now {days:unlawful day is|unlawful days are} recorded, the first on {starts_on}.",
    "next_entry": (
        "The next possible day of entry is {entry_on}, and {days:day is|days are} then possible in a row."
    ),
    "next_entry_open": "The next possible day of entry is {entry_on}, and no end of that stay is known.",
    "next_entry_none": "From what is recorded, no day can be named on which an entry would be possible.",
    "left": "On {on} no stay is open: the person has left.",
    "never_entered": "No stay is recorded up to {on}, and no entry is planned.",
    "document_not_accepted": "For an entry on {entered_on} this country does not accept {document}.",
    "visa_required": (
        "For an entry on {entered_on} a visa is needed, and none that is valid on that day is recorded."
    ),
    "permit_required": (
        "For an entry on {entered_on} this is needed, and nothing valid on that day is recorded: {permit}."
    ),
    "refused_purposes": "On {entered_on} entry is refused to those who come for this purpose: {purpose}.",
    "biometric_required": "For an entry on {entered_on} only a biometric passport is accepted.",
    "no_rule": "For an entry into {country} on {entered_on} we have no rule, so no day can be named.",
    "no_limit_counts": "No limit among those given says how long a stay that begins on {entered_on} may last.",
    "length_not_known": (
        "The rule is known, but not how long a stay that begins on {entered_on} may last: {title}."
    ),
    "ask_a_lawyer": "Please ask a lawyer or the migration office before relying on any day.",
    "exit_not_recorded": (
        "For the stay that began on {entered_on} no exit is recorded, though a later entry is. If the "
        "exit was just before it, the last lawful day is: {latest_exit}; if it was on the day of entry: "
        "{earliest_exit}."
    ),
    "ask_for_the_exit": "Please find the day of that exit, for instance from the stamp, and record it.",
}

WARNINGS = SENTENCES | {
    "other_reading": "{limits}: {last_lawful_day}",
    "document_expires_first": (
        "The document expires on {expires_on}, before the last lawful day {last_lawful_day}: renew it in "
        "time."
    ),
    "permit_not_counted": "A permit of another kind is recorded; it was not counted, ask what it allows.",
    "visa_not_in_use": "No recorded visa is valid on the day of entry, {entered_on}; none was counted.",
    "permit_after_gap": (
        "There is {permit} from {starts_on} (last day: {ends_on}), but it began after the lawful stay had "
        "ended: the days between were unlawful."
    ),
    "purpose_not_given": "Some purposes of entry are refused, and no purpose was given. {title}.",
    "biometric_not_given": "Whether the passport is biometric is not known, and it matters. {title}.",
    "permit_condition": "A permit would ask for more than this document. {title}.",
    "passport_required_for_permit": (
        "A residence permit would need an international passport valid for {days:more day|more days}."
    ),
    "refused_later": "An entry from {from_on} on would be refused. {title}.",
    "entry_ban_possible": (
        "After {days:unlawful day|unlawful days} a fine or an entry ban is possible; bans are not "
        "computed here."
    ),
    "stays_overlap": (
        "The stays that began on {first_on} and {second_on} overlap; the days they share were counted once."
    ),
}

LIMITS = {
    "per_entry_days": "{days:day|days} for each entry",
    "per_entry_months": "{months:month|months} for each entry",
    "rolling_window": "{days:day|days} in any {window_days:day|days}",
    "anchored_window": "{days:day|days} in {window_days:day|days} from the first entry",
    "calendar_year": "{days:day|days} in a calendar year",
    "until": "up to {until_on}",
}

WORDS = {
    "visa": "a visa",
    "long_stay_visa": "a long-stay visa",
    "residence_permit": "a residence permit",
    "asylum_certificate": "an asylum seeker's certificate",
    "temporary_protection": "temporary protection",
    "internal_id": "an internal identity document",
    "passport": "an international passport",
    "travel_document": "a travel document",
    "residence_card": "a residence card",
    "other": "another document",
    "tourism": "tourism",
    "culture": "culture",
    "sport": "sport",
    "business": "business",
    "transit": "transit",
    "family": "family",
    "work": "work",
    "study": "study",
    "property": "property",
    "humanitarian": "humanitarian grounds",
    "transport": "transport",
    "non_essential": "a journey that is not essential",
    "purpose_other": "another purpose",
}

LANGUAGE = Language(
    sentences=SENTENCES,
    warnings=WARNINGS,
    limits=LIMITS,
    words=WORDS,
    missing={"": "no lawful day", "ends_on": "not recorded"},
    plural=lambda n: 0 if n == 1 else 1,
    joined_by=" and ",
    reviewed=True,
)
