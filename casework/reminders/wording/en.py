"""English."""

from .language import Wording

MONTHS = "January February March April May June July August September October November December".split()

WORDING = Wording(
    day=lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    thing="a date to keep",
    things={
        "stay_end": "the last day of a permitted stay",
        "registration": "the last day to register",
        "document_expiry": "the last day of validity of a document",
        "certificate_renewal": "the last day to renew a certificate",
        "appeal": "the last day to appeal",
        "asylum_application": "the last day to hand in an application",
        "permit_application": "the last day to hand in an application",
        "contact_authority": "the last day to contact an authority",
        "dublin_transfer": "the last day of an authority's own period",
        "appointment": "an appointment",
    },
    subject="A date to keep: {day}",
    subject_passed="A date has passed: {day}",
    subject_moved="A date has changed: {day}",
    ahead="{day}: {thing}.",
    passed="This day has passed: {day}, {thing}.",
    moved="The law has changed, and with it this date: {day}, {thing}.",
    moved_passed="The law has changed, and with it this date, which has passed: {day}, {thing}.",
    subject_digest="Dates to keep: {count}",
    digest="These dates are coming up: {count}.",
    digest_more="… and more: {count}",
    person_ahead="If you have questions, or if something has changed, ask your caseworker in good time.",
    person_passed="If you have not taken care of it yet, please speak to your caseworker as soon as you can.",
    caseworker_ahead="Please see to it that it is dealt with before that day.",
    caseworker_passed="Nobody has marked it as done. Please look at it today.",
    link="Open it here (you will be asked to sign in):",
    person_link="Why this day, what to do, and three short answers to choose from:",
    silent="The person has not answered, and the caseworker's task is still open. Please see to it yourself today.",
    automatic="This message was sent automatically. Answers to it are not read.",
    instead="We do not have your language yet, so this message is in English.",
)
