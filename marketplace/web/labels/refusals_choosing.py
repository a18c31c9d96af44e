"""What is refused on the way to a choice: competence, questions and visits, reminders."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "competence_unknown": lazy_template("Choose a competence from the list."),
    "competence_claimed": lazy_template("You have told this competence already."),
    "competence_no_room": lazy_template("You can tell at most %(most)s. Take one back first."),
    "competence_has_ended": lazy_template("This has ended already. Open the page again."),
    "competence_evidence_missing": lazy_template("Write what shows it: a training, a licence, a certificate or work done."),
    "competence_evidence_too_long": lazy_template(
        "The text is too long. It may have at most %(most)s characters, for everyone."
    ),
    "competence_link_wrong": lazy_template("Write a whole web address that begins with https://, or leave the box empty."),
    "competence_evidence_in_future": lazy_template("The day of the evidence cannot be after today, %(today)s."),
    "ask_words_missing": lazy_template("Write something first."),
    "voucher_over_to_ask": lazy_template("This voucher is no longer in use, so nothing can be asked with it."),
    "asked_enough_today": lazy_template("You have sent %(most)s messages today. Go on tomorrow, or call the provider."),
    "wait_for_answer": lazy_template("You have written %(most)s times. Wait for the answer, or call the provider."),
    "wait_for_client": lazy_template("You have written %(most)s times. Wait until the client answers."),
    "visit_time_wrong": lazy_template("Give at most three times from today on: a day, and a time such as 10:00."),
    "time_not_offered": lazy_template("This time is no longer offered. Look at the newest message."),
    "reminder_days_wrong": lazy_template("Write at most %(most)s whole numbers from 1 to %(latest)s, with commas between."),
    "term_name_missing": lazy_template("Write the word at least in Finnish."),
    "term_starts_in_past": lazy_template("The first day cannot be before today, %(today)s."),
    "term_ends_in_past": lazy_template("The last day cannot be before %(earliest)s."),
}
