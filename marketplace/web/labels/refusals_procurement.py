"""What is refused where programmes, terms, budgets and providers are decided on."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "percent_odd": lazy_template("Give a whole number of per cent from 1 to 100."),
    "four_eyes": lazy_template(
        "You have written this yourself, or a part of it. Another officer must read it and publish it."
    ),
    "finnish_missing": lazy_template("Write at least the Finnish text."),
    "text_missing": lazy_template("This cannot be left empty. Write it."),
    "choice_unknown": lazy_template("Choose one of the given alternatives."),
    "not_a_draft": lazy_template("This is no longer a draft, so it cannot be changed. Look at where it is now."),
    "municipality_unknown": lazy_template("Choose at least one of your own municipalities."),
    "municipality_has_area": lazy_template(
        "%(municipality)s already belongs to the area %(area)s. A municipality is in one area only."
    ),
    "code_taken": lazy_template("Another one has this code, or it has letters that a code cannot have. Write another."),
    "start_in_past": lazy_template("The first day has passed. Choose today or a later day."),
    "start_not_later": lazy_template("The newest version starts on %(day)s. Choose a later first day."),
    "accept_after_start": lazy_template("Choose a day from today to the first day of the version, %(day)s."),
    "no_term_yet": lazy_template("The rulebook has no term yet. Write at least one before you hand it over."),
    "change_note_missing": lazy_template("Say first what changes and why: change the dates and texts."),
    "year_out_of_reach": lazy_template("Choose a year from %(first)s to %(last)s."),
    "programme_not_published": lazy_template("The programme has not been published yet. Publish it first."),
    "same_amount": lazy_template("This is what the appropriation is already. Write another amount."),
    "below_promised": lazy_template(
        "%(least_cents)s is promised to clients or used already. The appropriation cannot be lower than that."
    ),
    "amount_negative": lazy_template("The amount cannot be below zero."),
    "draft_exists": lazy_template(
        "Version %(number)s is still in the making. Finish it first, or change it to what you want."
    ),
    "not_above_zero": lazy_template("Write a number that is above zero and sensible."),
    "validity_odd": lazy_template("Write how many days the voucher is valid: from 1 to %(most)s."),
    "not_a_percentage": lazy_template("Write a percentage from 0 to 100."),
    "paid_more_than_used": lazy_template(
        "Such an event takes %(use)s %% of its time from the voucher, so it cannot be paid more than that. "
        "Otherwise the money would run out before the hours do."
    ),
    "milestone_not_later": lazy_template("A milestone must come later than the one before it (%(before)s days)."),
    "window_before_start": lazy_template("The window would close before the work can begin. Write zero or more days."),
    "window_before_days": lazy_template(
        "The window closes before the %(days)s days can be full, so this milestone would never mature."
    ),
    "window_missing": lazy_template(
        "What is counted over breaks needs a window. Write within how many days it must be full."
    ),
    "claim_before_days": lazy_template(
        "The deadline comes before the %(days)s days can be full, so this milestone would never mature."
    ),
    "previous_never": lazy_template(
        "Nobody can have worked longer than that within %(days)s days. Write less, or look further back."
    ),
    "hours_impossible": lazy_template(
        "No job has so many hours, so this milestone would never mature. Write at most %(most_hundredths)s a week."
    ),
    "hours_missing": lazy_template("An average of weekly hours needs the least hours. Write them."),
    "earnings_missing": lazy_template("Write how much pay is asked for in all."),
    "kinds_missing": lazy_template("Choose at least one result that counts."),
    "progress_alone": lazy_template("A measured step is a milestone of its own. Choose it alone, or not at all."),
    "points_missing": lazy_template("Write how large the measured step must be."),
    "tiers_overlap": lazy_template(
        "A client further from work cannot be worth less than one who is nearer (%(least_cents)s). Write at least that."
    ),
    "amount_above_cap": lazy_template(
        "The milestones come to %(total_cents)s here, which is above the most for one person, %(cap_cents)s."
    ),
    "number_negative": lazy_template("The number cannot be below zero."),
    "own_interest": lazy_template(
        "You have declared an interest in this company or its group. Another officer must decide."
    ),
    "nothing_chosen": lazy_template("Choose at least one service and area to approve, or reject the application."),
    "rulebook_old": lazy_template(
        "The provider has not accepted version %(number)s of the rulebook, which is in force. Ask it to do so first."
    ),
    "application_empty": lazy_template("The application names no service and area. Ask the provider to add them."),
    "rulebook_missing": lazy_template("There is no rulebook in force. Publish one first."),
    "pair_suspended": lazy_template("The provider is suspended for %(package)s. Restore it instead of approving anew."),
    "nothing_to_suspend": lazy_template("This provider is not on the list, so there is nothing to suspend."),
    "nothing_to_restore": lazy_template("This provider is not suspended, so there is nothing to restore."),
    "nothing_to_end": lazy_template("This provider has no approval that could be ended."),
    "last_day_past": lazy_template("The last day has passed. Choose today or a later day."),
    "sent_in_future": lazy_template("A decision cannot have been sent on a day that is still to come."),
    "sent_before_made": lazy_template("The decision was made on %(day)s. It cannot have been sent before that."),
    "evidence_missing": lazy_template("Write what shows that it was sent, for example the number of the receipt."),
}
